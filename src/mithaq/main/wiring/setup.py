"""Django for one home: settings are read once a process."""

import atexit
import os
from collections.abc import Iterable
from pathlib import Path


def setup(home: Path, *, has_pages: bool = True) -> None:
    """Point the settings at a home and load Django. Once a process, before any model is used.

    Without pages nobody signs in here: the apps that only pages use are left out, a fifth of what there is to
    load. Tables are made with pages.
    """
    os.environ["MITHAQ_HOME"] = str(home.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mithaq.main.settings")
    import django
    from django.conf import settings

    if not has_pages:
        apps = [name for name in settings.INSTALLED_APPS if not name.startswith(settings.PAGE_APPS)]
        settings.INSTALLED_APPS = apps
    django.setup()
    from mithaq.adapters.store.engine import close_connections

    atexit.register(close_connections)  # else what a command has written stays in the journal of the engine


def migrate() -> None:
    """Create or upgrade the tables of this home, in both databases where they are two.

    Django's own look at what is to be done loads every migration that ever was; so their names are compared
    first, and a start that finds nothing new goes on at once. What the second database has no table of is
    not played there at all: half of what a new node waits for.
    """
    from django.apps import apps
    from django.core.management import call_command

    from mithaq.adapters.store.router import DEFAULT, EPHEMERAL, EPHEMERAL_APP, is_one_database

    def bring(alias: str, labels: Iterable[str], *only: str) -> None:
        if _known_migrations(labels) - _done_migrations(alias):
            call_command("migrate", *only, verbosity=0, interactive=False, database=alias)

    bring(DEFAULT, (app.label for app in apps.get_app_configs()))
    if not is_one_database():
        bring(EPHEMERAL, [EPHEMERAL_APP], EPHEMERAL_APP)


def _known_migrations(labels: Iterable[str]) -> set[tuple[str, str]]:
    """(app, name) of each migration that this program brings for these apps."""
    from django.apps import apps

    return {
        (label, file.stem)
        for label in labels
        for file in Path(apps.get_app_config(label).path, "migrations").glob("[!_]*.py")
    }


def _done_migrations(alias: str) -> set[tuple[str, str]]:
    """(app, name) of each migration that a database has been through; none of a new one."""
    from django.db import connections

    connection = connections[alias]
    if "django_migrations" not in connection.introspection.table_names():
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())
