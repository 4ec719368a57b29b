from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mithaq.web.accounts"
    label = "accounts"
