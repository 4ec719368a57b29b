"""Pages about tokens, below the language."""

from django.urls import path

from mithaq.web.api import token_pages

urlpatterns = [
    path("account/tokens/", token_pages.list_tokens, name="api-tokens"),
    path("account/tokens/new/", token_pages.new_token, name="api-token-new"),
    path("account/tokens/<uuid:token_id>/end/", token_pages.end_token, name="api-token-end"),
]
