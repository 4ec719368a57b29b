"""Django application of the access log."""

from django.apps import AppConfig


class AccessLogConfig(AppConfig):
    """Brings its routes of the API."""

    name = "mithaq.web.access_log"
    label = "access_log"
    api = "mithaq.web.access_log.api"
