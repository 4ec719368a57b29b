"""The checks of ``node doctor``: what could go wrong soon or has gone wrong, each with its remedy."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mithaq.errors import MissingError, MithaqError
from mithaq.main.home import Home, load_choices
from mithaq.node.node import Node

GOOD, WARNING, FAIL = "ok", "warn", "fail"
WARN_DAYS = 30
FAIL_DAYS = 1
LOW_DISK, NO_DISK = 0.10, 0.05
"""Under the first no new acts are taken, under the second nothing is pulled (spec 12.1.4)."""


@dataclass(frozen=True, slots=True)
class Check:
    """One answer; ``level`` is ``ok``, ``warn`` or ``fail``."""

    code: str
    level: str
    message: str
    remedy: str = ""


def run_checks(node: Node, folder: Path) -> list[Check]:
    """Every check, in the order in which one would repair things. A check that breaks is a failed check."""
    checks: dict[str, Callable[[], Iterator[Check]]] = {
        "keys": lambda: _check_keys(Home(folder)),
        "engine": _check_engine,
        "log": lambda: _check_log(node),
        "root": lambda: _check_root(node),
        "certificate": lambda: _check_certificates(node, Home(folder)),
        "offline": lambda: _check_offline(Home(folder)),
        "disk": lambda: _check_disk(folder),
        "mode": lambda: _check_mode(node),
        "release": lambda: _check_release(node, Home(folder)),
        "partners": lambda: _check_partners(node),
        "alarms": lambda: _check_alarms(node),
    }
    found: list[Check] = []
    for code, check in checks.items():
        try:
            found += list(check())
        except MithaqError as error:
            found.append(Check(code, FAIL, f"{error.code}: {error.message}", "see docs/cli.md#errors"))
    return found


def _check_keys(home: Home) -> Iterator[Check]:
    from mithaq.adapters.keystore.key_files import load_keys

    count = len(load_keys(home.keys))
    yield Check("keys", GOOD, f"{count} keys, for the owner alone")


def _check_engine() -> Iterator[Check]:
    from mithaq.adapters.store.engine import check_engine

    check_engine()
    yield Check("engine", GOOD, "the database commits durably")


def _check_log(node: Node) -> Iterator[Check]:
    from mithaq.node.restore.start_check import check_own_tree

    check_own_tree(node)
    size = node.store.own.head().tree_size
    yield Check("log", GOOD, f"the tree of {size} entries is the one that was signed")


def _check_root(node: Node) -> Iterator[Check]:
    from mithaq.core.acts.roots import parse_signed_root

    documents = node.store.roster.root_versions(node.identity.code)
    if not documents:
        raise MissingError("root", "the own root file is not in the database")
    root = parse_signed_root(documents[-1]).root
    yield _check_expiry(
        node, "root", "the root file", root.expires_at - node.clock.now(), "sign its next version"
    )


def _check_certificates(node: Node, home: Home) -> Iterator[Check]:
    from mithaq.main.certificates import expires_at

    if not node.identity.base_url.startswith("https:"):
        yield Check("certificate", GOOD, "plain HTTP on loopback: none is used")
        return
    for certificate in (home.server_certificate, home.client_certificate):
        left = expires_at(certificate.chain_file) - node.clock.now()
        name = f"the certificate {certificate.chain_file.name}"
        yield _check_expiry(node, "certificate", name, left, "renew it, and start the node anew")


def _check_expiry(node: Node, code: str, what: str, left: timedelta, remedy: str) -> Check:
    days = left.days
    if left < timedelta(days=FAIL_DAYS):
        return Check(code, FAIL, f"{what} has {max(days, 0)} days left", remedy)
    level = WARNING if days < WARN_DAYS else GOOD
    return Check(code, level, f"{what} is good for {days} days", remedy if level == WARNING else "")


def _check_offline(home: Home) -> Iterator[Check]:
    left = sorted(path.name for path in home.offline.glob("*.key")) if home.offline.is_dir() else []
    if left:
        remedy = f"move them from {home.offline} to at least two places off this machine"
        yield Check("offline", WARNING, f"{len(left)} root keys are still here", remedy)
    else:
        yield Check("offline", GOOD, "no root key is here")


def _check_disk(folder: Path) -> Iterator[Check]:
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    level = FAIL if share < NO_DISK else WARNING if share < LOW_DISK else GOOD
    yield Check(
        "disk", level, f"{share:.0%} free", "" if level == GOOD else "make room; under 10 % no new acts"
    )


def _check_mode(node: Node) -> Iterator[Check]:
    from mithaq.node.restore.restore_guard import GUARD, MODE

    if node.store.settings.get(MODE) == GUARD:
        yield Check(
            "mode",
            FAIL,
            "read-only: in guard",
            "serve it: the guard opens when its partners answer; an alarm says more",
        )
    else:
        yield Check("mode", GOOD, "the node may append")


def _check_release(node: Node, home: Home) -> Iterator[Check]:
    table = load_choices(home).tables.get("cli", {})
    release = table.get("release") if not isinstance(table, (str, int, list)) else None
    if release != "people" and node.store.roster.codes():
        remedy = 'set release = "people" in [cli] of node.toml'
        yield Check("release", WARNING, "the command line releases notes without a second person", remedy)
    else:
        yield Check("release", GOOD, "notes are released as node.toml says")


def _check_partners(node: Node) -> Iterator[Check]:
    for partner in node.store.roster.partners():
        if partner.health in ("ok", "new"):
            yield Check("partner", GOOD, f"{partner.code}: {partner.health}")
        else:
            remedy = f"reach {partner.base_url}, then: mithaq sync {partner.code}"
            yield Check("partner", WARNING, f"{partner.code}: {partner.health}", remedy)


def _check_alarms(node: Node) -> Iterator[Check]:
    for alarm in node.store.alarms.alarms():
        told = f"{alarm.code}: {alarm.subject} {alarm.detail}".strip()
        yield Check("alarm", FAIL, told, "people must look at this: docs/spec/08-exchange.md")
    parked = len(node.store.followed.parked())
    if parked:
        yield Check(
            "parked",
            WARNING,
            f"{parked} acts of partners cannot be used",
            "tell the partner; it has receipts",
        )
