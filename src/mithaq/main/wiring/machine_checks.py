"""The checks of ``node.health`` that only the machine can answer: keys, certificates, disk, settings."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mithaq.main.home import Home, load_choices
from mithaq.node.checks import FAIL, GOOD, WARNING, Check, Checker, Checks, check_expiry
from mithaq.node.node import Node

if TYPE_CHECKING:
    from mithaq.web.access_log.verify import ChainWatch

LOW_DISK, NO_DISK = 0.10, 0.05
"""Under the first no new acts are taken, under the second nothing is pulled (spec 12.1.4)."""

OLD_ZONES = timedelta(days=365)


def machine_checks(node: Node, folder: Path) -> Checks:
    """By code, in the order in which one would repair things."""
    home = Home(folder)
    return (
        ("keys", lambda: _check_keys(home)),
        ("engine", _check_engine),
        ("rights", _check_rights),
        ("certificate", lambda: _check_certificates(node, home)),
        ("offline", lambda: _check_offline(home)),
        ("disk", lambda: _check_disk(folder)),
        ("tzdata", lambda: _check_zones(node)),
        ("pdf", _check_pdf),
        ("release", lambda: _check_release(node, home)),
        ("passkeys", lambda: _check_passkeys(home)),
        ("second_signature", lambda: _check_second_signatures(node)),
        ("break_glass", lambda: _check_break_glass(node)),
        ("access_log", _make_access_check(node)),
    )


def _check_keys(home: Home) -> Iterator[Check]:
    from mithaq.adapters.keystore.key_files import load_keys

    count = len(load_keys(home.keys))
    yield Check("keys", GOOD, f"{count} keys, for the owner alone", facts={"count": str(count)})


def _check_engine() -> Iterator[Check]:
    from mithaq.adapters.store.engine import check_engine

    check_engine()
    yield Check("engine", GOOD, "the database commits durably")


def _check_rights() -> Iterator[Check]:
    """On PostgreSQL the node's own role can add to what only grows, and change nothing of it."""
    from mithaq.main.wiring.database_owner import find_excess

    excess = find_excess()
    if excess:
        remedy = (
            "give the tables an owner of their own, then: MITHAQ_DATABASE_OWNER=postgresql://… mithaq rebuild"
        )
        facts = {"tables": ", ".join(excess)}
        yield Check("rights", WARNING, f"this node may change rows of {facts['tables']}", remedy, facts)
    else:
        yield Check("rights", GOOD, "this node changes no row that only comes", facts={"tables": ""})


def _check_certificates(node: Node, home: Home) -> Iterator[Check]:
    from mithaq.main.certificates import expires_at

    if not node.identity.base_url.startswith("https:"):
        yield Check("certificate", GOOD, "plain HTTP on loopback: none is used")
        return
    for certificate in (home.server_certificate, home.client_certificate):
        left = expires_at(certificate.chain_file) - node.clock.now()
        name = f"the certificate {certificate.chain_file.name}"
        yield check_expiry("certificate", name, left, "renew it, and start the node anew")


def _check_offline(home: Home) -> Iterator[Check]:
    left = sorted(path.name for path in home.offline.glob("*.key")) if home.offline.is_dir() else []
    facts = {"count": str(len(left))}
    if left:
        remedy = f"move them from {home.offline} to at least two places off this machine"
        yield Check("offline", WARNING, f"{len(left)} root keys are still here", remedy, facts)
    else:
        yield Check("offline", GOOD, "no root key is here", facts=facts)


def _check_disk(folder: Path) -> Iterator[Check]:
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    level = FAIL if share < NO_DISK else WARNING if share < LOW_DISK else GOOD
    remedy = "" if level == GOOD else "make room; under 10 % no new acts"
    yield Check("disk", level, f"{share:.0%} free", remedy, {"free": f"{share:.0%}"})


def _check_zones(node: Node) -> Iterator[Check]:
    from importlib import metadata

    version = metadata.version("tzdata")
    year, number = version.split(".")[:2]
    made_at = datetime(int(year), 1, 1, tzinfo=UTC) + timedelta(days=30 * int(number))
    is_old = node.clock.now() - made_at > OLD_ZONES
    remedy = "install a newer tzdata" if is_old else ""
    level = WARNING if is_old else GOOD
    yield Check("tzdata", level, f"time zones of {version}", remedy, {"version": version})


def _check_pdf() -> Iterator[Check]:
    from mithaq.web.pdf.libraries import find_missing, is_installed

    missing = find_missing()
    facts = {"names": ", ".join(missing)}
    if not is_installed():
        yield Check("pdf", GOOD, f"no text is printed: {facts['names']} is not installed", facts=facts)
    elif missing:
        told = f"texts cannot be printed: {facts['names']} is missing"
        yield Check("pdf", WARNING, told, f"install {facts['names']}, and start the node anew", facts)
    else:
        yield Check("pdf", GOOD, "texts are printed as PDF", facts=facts)


def _is_for_service(home: Home) -> bool:
    """Whether the node was made for service (``node init --service``): people release, not the operator."""
    table = load_choices(home).tables.get("cli", {})
    return not isinstance(table, (str, int, list)) and table.get("release") == "people"


def _check_release(node: Node, home: Home) -> Iterator[Check]:
    if not _is_for_service(home) and node.store.roster.codes():
        remedy = 'set release = "people" in [cli] of node.toml'
        yield Check("release", WARNING, "the command line releases notes without a second person", remedy)
    else:
        yield Check("release", GOOD, "notes are released as node.toml says")


def _check_passkeys(home: Home) -> Iterator[Check]:
    """In service who administers has keys that prove their make; elsewhere keys of any make do."""
    from mithaq.web.accounts.attestation import asked_roots

    roots = asked_roots()
    remedy = "name their makers: roots_file in [passkeys] of node.toml"
    if roots is not None and not roots:
        told = "the file of makers cannot be read: no administrator can enrol a passkey"
        yield Check("passkeys", WARNING, told, remedy)
    elif roots is None and _is_for_service(home):
        yield Check("passkeys", WARNING, "administrators may use passkeys that prove no make", remedy)
    else:
        yield Check("passkeys", GOOD, "passkeys of administrators are asked for as node.toml says")


def _check_second_signatures(node: Node) -> Iterator[Check]:
    from mithaq.web.outgoing.release import is_too_late
    from mithaq.web.outgoing.waiting import released_at, waiting_emergencies

    now = node.clock.now()
    count = sum(is_too_late(released_at(each), now) for each in waiting_emergencies())
    facts = {"count": str(count)}
    if count:
        told = f"{count} emergency releases have no second signature after 24 hours"
        yield Check("second_signature", FAIL, told, "a second person signs them in the workspace", facts)
    else:
        yield Check("second_signature", GOOD, "no emergency release waits too long", facts=facts)


def _make_access_check(node: Node) -> Checker:
    watch = cache(_make_chain_watch)  # one a node, and none before it is asked

    def check() -> Iterator[Check]:
        found = watch().get(node)
        facts = {"count": str(found.rows), "row": str(found.seq)}
        if found.ok:
            yield Check("access_log", GOOD, f"{found.rows} rows are as they were written", facts=facts)
        else:
            told = f"row {found.seq} of lane {found.lane} is not as it was written: {found.problem}"
            remedy = "compare it with the newest backup, and find out who holds the database"
            yield Check("access_log", FAIL, told, remedy, facts)

    return check


def _make_chain_watch() -> "ChainWatch":
    from mithaq.web.access_log.verify import ChainWatch

    return ChainWatch()


def _check_break_glass(node: Node) -> Iterator[Check]:
    from mithaq.web.accounts.seal import late_reviews, open_reviews

    late, waiting = late_reviews(node), open_reviews()
    facts = {"count": str(waiting)}
    remedy = "a third person looks into it in the workspace, under Sealed account"
    if late:
        told = f"{late} openings of the sealed account have no review after 3 days"
        yield Check("break_glass", FAIL, told, remedy, {"count": str(late)})
    elif waiting:
        told = f"the sealed account was opened; {waiting} openings have no review yet"
        yield Check("break_glass", WARNING, told, remedy, facts)
    else:
        yield Check("break_glass", GOOD, "no opening of the sealed account waits for its review", facts=facts)
