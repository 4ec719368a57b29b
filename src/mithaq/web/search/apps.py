from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "mithaq.web.search"
    label = "search"
    api = "mithaq.web.search.api"
