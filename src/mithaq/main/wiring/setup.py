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
    """Create or upgrade the tables of this home, in both databases where they are two."""
    from django.core.management import call_command

    from mithaq.adapters.store.router import EPHEMERAL, is_one_database

    call_command("migrate", verbosity=0, interactive=False)
    if not is_one_database():
        call_command("migrate", verbosity=0, interactive=False, database=EPHEMERAL)
