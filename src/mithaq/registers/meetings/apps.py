"""Django application of the register ``meetings``."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.meetings"
    label = "meetings"
