from django.apps import AppConfig


class OutgoingConfig(AppConfig):
    name = "mithaq.web.outgoing"
    label = "outgoing"
