"""Django application of the register ``requests``."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.requests"
    label = "requests"
