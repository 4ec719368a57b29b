"""The machine faces at the addresses that ``main`` gives them."""

from django.urls import include, path

urlpatterns = [
    path("log/", include("mithaq.web.log.urls")),
    path("witness/", include("mithaq.web.witness.urls")),
    path("exchange/v1/", include("mithaq.web.exchange.urls")),
]
handler404 = "mithaq.web.errors.handle_missing"
handler500 = "mithaq.web.errors.handle_failure"
