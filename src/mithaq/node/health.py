"""What could go wrong soon or has, each with its remedy: one list for ``node doctor``, page and API.

What only the machine can tell (keys, certificates, disk) ``main`` plugs in as ``Node.machine_checks``.
"""

from collections.abc import Iterator
from datetime import timedelta

from mithaq.core.acts.roots import parse_signed_root
from mithaq.core.encoding import parse_time
from mithaq.errors import MissingError, MithaqError
from mithaq.node.checks import FAIL, GOOD, WARNING, Check, Checks, check_expiry
from mithaq.node.node import Node
from mithaq.node.read.indexing import count_behind
from mithaq.node.restore.restore_guard import GUARD, MODE
from mithaq.node.restore.start_check import check_own_tree

OLD_SELF_CHECK = timedelta(days=3)
OLD_BACKUP = timedelta(days=7)
BACKED_UP_AT = "backed_up_at"
"""Setting: when a set of data was last copied."""


def check_health(node: Node) -> list[Check]:
    """Every check, in the order in which one would repair things. A check that breaks is a failed check."""
    own: Checks = (
        ("log", lambda: _check_log(node)),
        ("self_check", lambda: _check_self_check(node)),
        ("root", lambda: _check_root(node)),
        ("mode", lambda: _check_mode(node)),
        ("backup", lambda: _check_backup(node)),
        ("partner", lambda: _check_partners(node)),
        ("search", lambda: _check_search(node)),
        ("alarm", lambda: _check_alarms(node)),
    )
    found: list[Check] = []
    for code, check in (*node.machine_checks, *own):
        try:
            found += list(check())
        except MithaqError as error:
            told = f"{error.code}: {error.message}"
            found.append(Check(code, FAIL, told, "see docs/cli.md#errors", {"reason": error.code}))
    return found


def _check_log(node: Node) -> Iterator[Check]:
    check_own_tree(node)
    size = node.store.own.head().tree_size
    message = f"the tree of {size} entries is the one that was signed"
    yield Check("log", GOOD, message, facts={"size": str(size)})


def _check_self_check(node: Node) -> Iterator[Check]:
    told = node.store.settings.get("self_check_at")
    if told is None:
        yield Check("self_check", GOOD, "the node has not checked its whole log yet", facts={"at": ""})
        return
    is_old = node.clock.now() - parse_time(told) > OLD_SELF_CHECK
    remedy = "run: mithaq log verify" if is_old else ""
    yield Check(
        "self_check",
        WARNING if is_old else GOOD,
        f"the whole log was last checked at {told}",
        remedy,
        {"at": told},
    )


def _check_root(node: Node) -> Iterator[Check]:
    documents = node.store.roster.root_versions(node.identity.code)
    if not documents:
        raise MissingError("root", "the own root file is not in the database")
    root = parse_signed_root(documents[-1]).root
    left = root.expires_at - node.clock.now()
    yield check_expiry("root", "the root file", left, "sign its next version")


def _check_mode(node: Node) -> Iterator[Check]:
    if node.store.settings.get(MODE) == GUARD:
        remedy = "serve it: the guard opens when its partners answer; an alarm says more"
        yield Check("mode", FAIL, "read-only: in guard", remedy)
    else:
        yield Check("mode", GOOD, "the node may append")


def _check_backup(node: Node) -> Iterator[Check]:
    told = node.store.settings.get(BACKED_UP_AT)
    if told is not None and node.clock.now() - parse_time(told) <= OLD_BACKUP:
        yield Check("backup", GOOD, f"last copied at {told}", facts={"at": told})
        return
    message = "no copy was made yet" if told is None else f"last copied at {told}"
    yield Check("backup", WARNING, message, "run: mithaq node backup --to FILE", {"at": told or ""})


def _check_partners(node: Node) -> Iterator[Check]:
    for partner in node.store.roster.partners():
        facts = {"partner": str(partner.code), "health": partner.health}
        if partner.health in ("ok", "new"):
            yield Check("partner", GOOD, f"{partner.code}: {partner.health}", facts=facts)
        else:
            remedy = f"reach {partner.base_url}, then: mithaq sync {partner.code}"
            yield Check("partner", WARNING, f"{partner.code}: {partner.health}", remedy, facts)


def _check_search(node: Node) -> Iterator[Check]:
    behind = count_behind(node)
    facts = {"behind": str(behind)}
    if behind:
        yield Check("search", WARNING, f"search is {behind} acts behind", "wait; it catches up alone", facts)
    else:
        yield Check("search", GOOD, "search knows every act", facts=facts)


def _check_alarms(node: Node) -> Iterator[Check]:
    for alarm in node.store.alarms.alarms():
        told = f"{alarm.code}: {alarm.subject} {alarm.detail}".strip()
        facts = {"alarm": alarm.code, "subject": alarm.subject}
        yield Check("alarm", FAIL, told, "people must look at this: docs/spec/08-exchange.md", facts)
    parked = len(node.store.followed.parked())
    if parked:
        message = f"{parked} acts of partners cannot be used"
        yield Check("parked", WARNING, message, "tell the partner; it has receipts", {"count": str(parked)})
