"""Django for one home: settings are read once a process."""

import os
from pathlib import Path


def setup(home: Path) -> None:
    """Point the settings at a home and load Django. Once a process, before any model is used."""
    os.environ["MITHAQ_HOME"] = str(home.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mithaq.main.settings")
    import django

    django.setup()


def migrate() -> None:
    """Create or upgrade the tables of this home, in both databases where they are two.

    Django's own look at what is to be done loads every migration that ever was; so their names are compared
    first, and a start that finds nothing new goes on at once.
    """
    from django.core.management import call_command

    from mithaq.adapters.store.router import DEFAULT, EPHEMERAL, is_one_database

    for alias in [DEFAULT] if is_one_database() else [DEFAULT, EPHEMERAL]:
        if _known_migrations() - _done_migrations(alias):
            call_command("migrate", verbosity=0, interactive=False, database=alias)


def _known_migrations() -> set[tuple[str, str]]:
    """(app, name) of each migration that this program brings."""
    from django.apps import apps

    return {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in Path(app.path, "migrations").glob("[!_]*.py")
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
