"""What ``node init`` makes: the folder, then the database in it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

from mithaq.errors import RefusedError
from mithaq.main.cli.face import UsageError

if TYPE_CHECKING:
    from mithaq.main.home import NodeChoices, TomlValue


@dataclass(frozen=True, slots=True)
class NewNode:
    """What was asked for.

    Attributes:
        choices: country, languages, mail, tz; None where not given.
        database: ``sqlite``, a ``postgresql://`` address, or None for the default.
        is_service: whether people, not the command line, release notes.
    """

    home: Path
    code: str
    name: str
    origin: str | None
    url: str
    choices: Mapping[str, str | None]
    database: str | None
    is_service: bool


def read_place(
    country: str | None, languages: str | None, mail: str | None, tz: str | None
) -> dict[str, str | None]:
    """The choices about the seat, each checked: a wrong one would be noticed much later.

    Raises:
        UsageError: ``usage``.
    """
    if country is not None and re.fullmatch("[A-Z]{2}", country) is None:
        raise UsageError("usage", "--country is two capital letters, as MA")
    if languages is not None and re.fullmatch("[a-z]{2,3}(,[a-z]{2,3})*", languages) is None:
        raise UsageError("usage", "--languages is a list of codes, as ar,fr")
    known = available_timezones()  # none on a machine without the database of time zones
    if tz is not None and known and tz not in known:
        raise UsageError("usage", "--tz is the name of a time zone, as Africa/Casablanca")
    return {"country": country, "languages": languages, "mail": mail, "tz": tz}


def make_node(wanted: NewNode) -> dict[str, Any]:
    """Make the home, the database and the card file; answers what ``node init`` prints.

    Raises:
        ConflictError: ``home_not_empty``. MalformedError, RefusedError: as ``create_node``.
        UsageError: ``base_url``, ``plain_http``.
    """
    from mithaq.adapters.clock import SystemClock
    from mithaq.adapters.entropy import SystemEntropy
    from mithaq.adapters.http.address import check_base_url
    from mithaq.main.enrolment import build_card, create_node, parse_card

    try:
        check_base_url(wanted.url)
    except RefusedError as error:
        raise UsageError(error.code, f"--url: {error.message}") from error
    made = create_node(
        wanted.home,
        wanted.code,
        wanted.name,
        wanted.url,
        clock=SystemClock(),
        entropy=SystemEntropy(),
        origin=wanted.origin,
        tables=_tables(wanted),
    )
    fill_database(wanted.home, made)
    login_url = make_login_url(wanted.url, wanted.choices.get("languages"))
    card = build_card(wanted.home)
    card_file = wanted.home / f"{wanted.code}.card"
    card_file.write_bytes(card + b"\n")
    return {
        "home": str(wanted.home),
        "code": made.identity.code,
        "origin": made.identity.origin,
        "vkey": parse_card(card).vkeys["log"].encode(),
        "card_file": str(card_file),
        "login_url": login_url,
    }


def make_login_url(base_url: str, languages: str | None) -> str:
    """The one-time link of the first security administrator, in the first language of the node."""
    from mithaq.adapters.clock import SystemClock
    from mithaq.web.accounts.founding import found_first_administrator
    from mithaq.web.accounts.links import link_path
    from mithaq.web.language import LANGUAGES

    lang = next((each for each in (languages or "").split(",") if each in LANGUAGES), "en")
    token = found_first_administrator(lang, SystemClock().now())
    return base_url.rstrip("/") + link_path(token, lang)


def fill_database(home: Path, choices: "NodeChoices") -> None:
    """Create the tables, the empty own log, and keep the own root file."""
    from mithaq.main.enrolment import load_own_root
    from mithaq.main.wiring.database_owner import make_tables
    from mithaq.main.wiring.setup import setup

    setup(home)
    make_tables()
    from mithaq.adapters.store.store import DatabaseStore, create_own_log

    identity = choices.identity
    store = DatabaseStore(identity.code, identity.origin)
    with store.transaction():
        create_own_log(identity.code, identity.origin)
        store.roster.add_root(identity.code, 1, load_own_root(home))


def _tables(wanted: NewNode) -> "dict[str, TomlValue]":
    place = {name: value for name, value in wanted.choices.items() if value}
    tables: dict[str, TomlValue] = {
        "cli": {"release": "people" if wanted.is_service else "operator"},
        "web": {"secret_key": secrets.token_hex(32)},
    }
    if place:
        tables["place"] = dict(place)
    if wanted.database not in (None, "sqlite"):
        tables["database"] = read_database(str(wanted.database))
    return tables


def read_database(address: str) -> dict[str, str]:
    """The table ``database`` of an address ``postgresql://USER:PASSWORD@HOST:PORT/NAME``.

    Raises:
        UsageError: ``usage``.
    """
    parts = urlsplit(address)
    name = parts.path.lstrip("/")
    if parts.scheme not in ("postgresql", "postgres") or not name:
        raise UsageError("usage", "--database is sqlite, or postgresql://USER:PASSWORD@HOST:PORT/NAME")
    try:
        port = str(parts.port or "")
    except ValueError as error:
        raise UsageError("usage", "the port of --database is no number") from error
    fields = {
        "engine": "postgresql",
        "name": unquote(name),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "host": unquote(parts.hostname or ""),
        "port": port,
    }
    return {key: value for key, value in fields.items() if value}
