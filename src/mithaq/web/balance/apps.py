"""Django application of the balance."""

from django.apps import AppConfig


class BalanceConfig(AppConfig):
    """Brings its route of the API."""

    name = "mithaq.web.balance"
    label = "balance"
    api = "mithaq.web.balance.api"
