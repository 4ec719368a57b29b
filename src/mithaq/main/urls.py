"""Addresses of a node (docs/architecture.md, "Faces")."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="/public/")),  # until there is a workspace to come home to
    path("log/", include("mithaq.web.log.urls")),
    path("witness/", include("mithaq.web.witness.urls")),
    path("exchange/v1/", include("mithaq.web.exchange.urls")),
    path("public/", include("mithaq.web.public.urls")),
]

handler404 = "mithaq.web.errors.handle_missing"
handler500 = "mithaq.web.errors.handle_failure"
