"""Django application of mails and the webhook."""

from django.apps import AppConfig


class DigestConfig(AppConfig):
    name = "mithaq.web.digest"
    label = "digest"
