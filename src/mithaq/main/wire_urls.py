"""Addresses for programs: log, witness, exchange.

They stand apart so that the first call of a partner after a start need not wait until every page of the
workspace is loaded (``web.workspace``).
"""

from django.urls import include, path

urlpatterns = [
    path("log/", include("mithaq.web.log.urls")),
    path("witness/", include("mithaq.web.witness.urls")),
    path("exchange/v1/", include("mithaq.web.exchange.urls")),
]

handler404 = "mithaq.web.problems.handle_missing"
handler500 = "mithaq.web.problems.handle_failure"
