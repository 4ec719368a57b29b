from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "mithaq.web.api"
    label = "api"
