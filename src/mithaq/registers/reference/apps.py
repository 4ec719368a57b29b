"""Django application of the register ``reference``."""

from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.reference"
    label = "reference"
