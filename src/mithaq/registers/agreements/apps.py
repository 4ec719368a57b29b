"""Django application of the register ``agreements``."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.agreements"
    label = "agreements"
