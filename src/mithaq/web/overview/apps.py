from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "mithaq.web.overview"
    label = "overview"
