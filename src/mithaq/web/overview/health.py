"""Health: the checks of the node in the reader's language, each partner, and what the node waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.encoding import parse_time
from mithaq.errors import MissingError
from mithaq.node.checks import FAIL, GOOD, WARNING, Check
from mithaq.node.health import check_health
from mithaq.node.node import Node
from mithaq.node.read.status import read_status
from mithaq.web.lasting import Lasting
from mithaq.web.parties import parties, party_of
from mithaq.web.runtime import get_node, get_part
from mithaq.web.view import SIGNED_IN, page, workspace_page
from mithaq.web.words import StateWord

KEPT_FOR: Final = timedelta(seconds=10)
"""The checks read disk and keys: many readers at once need not."""

LEVELS: Final = {
    GOOD: StateWord(GOOD, _("In order"), "check-circle", "ok"),
    WARNING: StateWord(WARNING, _("To watch"), "exclamation-triangle", "warn"),
    FAIL: StateWord(FAIL, _("To repair"), "exclamation-octagon", "late"),
}


@dataclass(frozen=True, slots=True)
class CheckWords:
    """How a check is told.

    Attributes:
        name: what is checked.
        good, bad: what was found; ``%(name)s`` stands for a fact.
        remedy: what to do; ``command`` with it, in the words of the machine.
    """

    name: Promise
    good: Promise
    bad: Promise
    remedy: Promise
    command: str = ""


WORDS: Final[Mapping[str, CheckWords]] = {
    "keys": CheckWords(
        _("Keys"),
        _("%(count)s keys, for the owner alone"),
        _("The keys cannot be used"),
        _("Give the files of keys back to the owner of the node alone."),
    ),
    "engine": CheckWords(
        _("Database"),
        _("It stores what it confirms"),
        _("Its settings could lose what it has confirmed"),
        _("Set it as the guide says, and start the node anew."),
    ),
    "rights": CheckWords(
        _("Rights in the database"),
        _("The node adds to what only grows, and can change none of it"),
        _("The node could change rows that must never change: %(tables)s"),
        _("Give the tables an owner of their own, and run once with its address:"),
        "MITHAQ_DATABASE_OWNER=… mithaq rebuild",
    ),
    "certificate": CheckWords(
        _("Certificates"),
        _("Good, or none is needed"),
        _("One of them ends in %(days)s days"),
        _("Renew it, and start the node anew."),
    ),
    "offline": CheckWords(
        _("Root keys"),
        _("None is on this machine"),
        _("%(count)s of them are still on this machine"),
        _("Move them to at least two places off this machine."),
    ),
    "disk": CheckWords(
        _("Disk"),
        _("%(free)s free"),
        _("%(free)s free: soon no new acts can be taken"),
        _("Make room."),
    ),
    "tzdata": CheckWords(
        _("Time zones"),
        _("Version %(version)s"),
        _("Version %(version)s is old"),
        _("Install a newer version: hours in Ramadan depend on it."),
    ),
    "pdf": CheckWords(
        _("Printing"),
        _("Texts can be printed, or this node was set up without it"),
        _("Texts cannot be printed: %(names)s is missing"),
        _("Install what is missing, and start the node anew."),
    ),
    "release": CheckWords(
        _("Release"),
        _("Notes leave as the settings of the node say"),
        _("The command line lets notes leave without a second person"),
        _("Set in the file of the node:"),
        '[cli] release = "people"',
    ),
    "passkeys": CheckWords(
        _("Passkeys"),
        _("Those of administrators are asked for as the settings of the node say"),
        _("Those of administrators prove no make, or the list of makers cannot be read"),
        _("Name the makers that you trust in the file of the node:"),
        "[passkeys] roots_file",
    ),
    "second_signature": CheckWords(
        _("Emergency releases"),
        _("Each has its second signature, or is within its 24 hours"),
        _("%(count)s have waited for their second signature for more than 24 hours"),
        _("A second person looks at each under “To release”, and signs it."),
    ),
    "break_glass": CheckWords(
        _("Sealed account"),
        _("No opening of it waits for its review"),
        _("%(count)s openings of it have no review yet"),
        _("A third person looks into it, in the account pages under “Sealed account”."),
    ),
    "access_log": CheckWords(
        _("Access log"),
        _("%(count)s rows, as they were written"),
        _("Row %(row)s is not as it was written"),
        _("Compare it with the newest backup, and find out who holds the database."),
    ),
    "log": CheckWords(
        _("Own log"),
        _("%(size)s entries, as they were signed"),
        _("What is stored is not what was signed"),
        _("Stop the node and call those who run it: it must be restored."),
    ),
    "self_check": CheckWords(
        _("Check of the whole log"),
        _("As it should be"),
        _("It was long ago"),
        _("Let the whole log be checked:"),
        "mithaq log verify",
    ),
    "root": CheckWords(
        _("Root file"),
        _("Good for %(days)s days"),
        _("It ends in %(days)s days"),
        _("Sign its next version."),
    ),
    "mode": CheckWords(
        _("Mode"),
        _("The node may append"),
        _("The node only reads: it was restored from a copy"),
        _("Leave it running: it opens when its partners answer."),
    ),
    "backup": CheckWords(
        _("Backup"),
        _("A copy was made lately"),
        _("There is no recent copy"),
        _("Make a copy:"),
        "mithaq node backup --to FILE",
    ),
    "partner": CheckWords(
        _("Partner %(partner)s"),
        _("In contact"),
        _("No contact: %(health)s"),
        _("Look at the network, then:"),
        "mithaq sync",
    ),
    "search": CheckWords(
        _("Search"),
        _("It knows every act"),
        _("%(behind)s acts are not in it yet"),
        _("Wait: it catches up alone."),
    ),
    "alarm": CheckWords(
        _("Alarm"),
        _("None"),
        _("%(alarm)s: %(subject)s"),
        _("People must look at this, on both sides."),
    ),
    "parked": CheckWords(
        _("Acts set aside"),
        _("None"),
        _("%(count)s acts of partners cannot be used"),
        _("Tell the partner: it has receipts that say why."),
    ),
}
_PLAIN: Final = CheckWords(_("Check"), _("In order"), _("Not in order"), _("Ask those who run the node."))


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A line of the page."""

    code: str
    level: StateWord
    name: str
    told: str
    remedy: Promise | str
    command: str


@dataclass(frozen=True, slots=True)
class ShownPartner:
    """How a partner stands.

    Attributes:
        lag: leaves that are verified and not applied yet.
        owed: our leaves that it has not cosigned.
    """

    name: Any
    code: str
    health: str
    verified_size: int
    applied_index: int
    lag: int
    cosigned_by_them: int
    owed: int
    missing: int
    is_frozen: bool
    last_contact_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Checks and sizes, read together."""

    checks: tuple[Check, ...]
    status: Mapping[str, Any]


def read_standing(node: Node) -> Standing:
    """How the node stands now."""
    return Standing(tuple(check_health(node)), read_status(node))


def _make_standing() -> Lasting[Standing]:
    return Lasting(read_standing, KEPT_FOR)


@workspace_page(verb=SIGNED_IN)
def show_health(request: HttpRequest) -> HttpResponseBase:
    """What must be repaired first; no content of any record."""
    standing = get_part(_make_standing).get()
    order = {FAIL: 0, WARNING: 1, GOOD: 2}
    checks = sorted(standing.checks, key=lambda one: order[one.level])
    counts = [(word, sum(one.level == code for one in checks)) for code, word in LEVELS.items()]
    context = {
        "checks": [show_check(one) for one in checks],
        "counts": [(word, count) for word, count in counts if count],
        "partners": [_show_partner(one, standing.status) for one in standing.status["partners"]],
        "status": standing.status,
        "evidence": _evidence(get_node()),
    }
    return page(request, "overview/health.html", context)


def show_check(check: Check) -> ShownCheck:
    """A check in the reader's language; one without words by its code."""
    words = WORDS.get(check.code, _PLAIN)
    facts = _Facts(check.facts)
    told = words.good if check.level == GOOD else words.bad
    return ShownCheck(
        check.code,
        LEVELS[check.level],
        str(words.name) % facts,
        str(told) % facts,
        "" if check.level == GOOD else words.remedy,
        "" if check.level == GOOD else words.command,
    )


class _Facts(dict[str, str]):
    """Facts of a check; one that a failed check could not tell is left open."""

    def __missing__(self, name: str) -> str:
        return "—"


def _show_partner(told: Mapping[str, Any], status: Mapping[str, Any]) -> ShownPartner:
    contact = told["last_contact_at"]
    return ShownPartner(
        party_of(told["code"], parties()).name,
        str(told["code"]),
        told["health"],
        told["verified_size"],
        told["applied_index"],
        max(0, told["verified_size"] - told["applied_index"]),
        told["cosigned_by_them"],
        max(0, status["tree_size"] - told["cosigned_by_them"]),
        len(told["missing_seq"]),
        told["frozen"],
        parse_time(contact) if contact else None,
    )


def _evidence(node: Node) -> list[tuple[str, str]]:
    """(origin, kind) of what is kept because it contradicts itself."""
    return [
        (str(head.origin), kind)
        for head in node.store.followed.heads()
        for kind, _notes in node.store.alarms.evidence(head.origin)
    ]


@workspace_page(verb=SIGNED_IN)
def download_evidence(request: HttpRequest, number: int) -> HttpResponseBase:
    """The signed notes that contradict each other, verbatim: any C2SP verifier reads them."""
    node = get_node()
    kept = [
        (kind, notes)
        for head in node.store.followed.heads()
        for kind, notes in node.store.alarms.evidence(head.origin)
    ]
    if not 1 <= number <= len(kept):
        raise MissingError("evidence", "There is no such evidence.")
    kind, notes = kept[number - 1]
    response = HttpResponse(b"\n".join(notes), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}-{number}.txt"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
