"""Django application of the register ``directory``."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.directory"
    label = "directory"
