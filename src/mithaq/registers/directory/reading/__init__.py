"""Asks the read model: who is who, lists and pages, matching."""

from mithaq.registers.directory.reading.who import DirectoryWho

WHO = DirectoryWho()

__all__ = ["WHO"]
