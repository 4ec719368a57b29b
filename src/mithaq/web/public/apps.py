from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "mithaq.web.public"
    label = "public"
