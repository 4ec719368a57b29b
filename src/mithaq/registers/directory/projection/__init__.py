"""Fills the read model of the directory."""

from mithaq.registers.directory.projection.read_model import DirectoryReadModel

READ_MODEL = DirectoryReadModel()

__all__ = ["READ_MODEL"]
