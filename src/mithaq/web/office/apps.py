from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "mithaq.web.office"
    label = "office"
    api = "mithaq.web.office.api"
