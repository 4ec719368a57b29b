"""Django application of the charts: brings their style sheet."""

from django.apps import AppConfig


class ChartsConfig(AppConfig):
    """Nothing but its files."""

    name = "mithaq.web.charts"
    label = "charts"
