"""Addresses of a node (docs/architecture.md, "Faces")."""

from importlib.util import find_spec

from django.apps import apps
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLResolver, include, path

from mithaq.main import wire_urls
from mithaq.registers.meetings.urls import feed_patterns
from mithaq.web.home import choose_language
from mithaq.web.pages import RegisterPages
from mithaq.web.records.urls import plain_patterns


def register_patterns() -> list[URLResolver]:
    """The pages of each register, at its name; the shell's own for one that brings none."""
    found = []
    for config in apps.get_app_configs():
        pages = getattr(config, "pages", None)
        if isinstance(pages, RegisterPages):
            module = f"{config.name}.urls"
            own = include(module) if find_spec(module) else include(plain_patterns(pages.name))
            found.append(path(f"{pages.name}/", own))
    return found


urlpatterns = [
    path("", choose_language),
    *wire_urls.urlpatterns,
    path("public/", include("mithaq.web.public.urls")),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),  # one address at the issuer
    path("api/v1/", include("mithaq.web.api.urls")),
    path("calendar/", include(feed_patterns)),
    *i18n_patterns(
        path("", include("mithaq.web.balance.urls")),
        path("", include("mithaq.web.reminders.urls")),
        path("", include("mithaq.web.access_log.urls")),
        path("", include("mithaq.web.digest.urls")),
        path("", include("mithaq.web.search.urls")),
        path("", include("mithaq.web.api.page_urls")),
        path("", include("mithaq.web.overview.urls")),
        path("", include("mithaq.web.urls")),
        path("account/", include("mithaq.web.accounts.urls")),
        path("outgoing/", include("mithaq.web.outgoing.urls")),
        *register_patterns(),
    ),
]

handler400 = "mithaq.web.problems.handle_malformed"
handler404 = "mithaq.web.problems.handle_missing"
handler500 = "mithaq.web.problems.handle_failure"
