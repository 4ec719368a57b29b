"""The notes about a roadmap: progress, evidence, risk, the final report.

Spec: docs/spec/20-roadmap.md, "Notes".
"""

from typing import Final

from mithaq.core.fields import MAX_TITLE_CHARS, Fields
from mithaq.core.instruments.lines import LineAddress, parse_line_address
from mithaq.core.notes.bodies import Expects
from mithaq.errors import MalformedError
from mithaq.registers.roadmap.rules.fields import (
    check_figure,
    check_hash,
    check_number,
    check_texts,
    check_word,
    read_date,
    read_items,
    read_numbers,
)
from mithaq.registers.roadmap.rules.plan import read_line_name

DONE: Final = 100
"""Per cent at which a line is reported done."""

ACCEPTED: Final = "accepted"
RETURNED: Final = "returned"
RESULTS: Final = (ACCEPTED, RETURNED)


def check_progress_report(body: Fields) -> None:
    """How far a line has come, and what shows it. One that reports done waits for an answer.

    Raises:
        MalformedError: a code that begins with ``roadmap_``, ``line_address``.
    """
    read_report_line(body)
    percent = check_number(body, "percent", DONE, 0)
    milestones = read_numbers(body, "milestones_done")
    if "text" in body:
        check_texts(body, is_whole=False)
    for item in read_items(body, "evidence"):
        check_evidence(item)
    for actual in read_items(body, "actuals"):
        check_word(actual, "code")
        check_figure(actual, "value")
        if "value" not in actual:
            raise MalformedError("roadmap_number", "an actual has a value")
    wanted = expected_of(percent, milestones)
    if "expects" in body and body["expects"] != wanted:
        raise MalformedError("roadmap_expects", f"this report expects {wanted}")


def expected_of(percent: int, milestones: object) -> Expects:
    """A report that says something is done waits for acceptance or return; any other waits for nothing."""
    return Expects.ANSWER if percent == DONE or milestones else Expects.NONE


def check_evidence(item: Fields) -> None:
    """Something to show: words, and a record, a file of this act, or an address on the web.

    Raises:
        MalformedError: ``roadmap_text``, ``roadmap_reference``, ``roadmap_number``, ``line_address``.
    """
    check_texts(item, most=MAX_TITLE_CHARS, is_whole=False)
    if "at" in item:
        parse_line_address(str(item["at"]))
    if "sha256" in item:
        check_hash(item, "sha256")
    if "milestone" in item:
        check_number(item, "milestone")
    if "url" in item:
        check_word(item, "url", 1_000)
        if not str(item["url"]).startswith("https://"):
            raise MalformedError("roadmap_reference", "an address on the web begins with https://")


def check_at_risk(body: Fields) -> None:
    """A line may not be met: why, and when it is expected now.

    Raises:
        MalformedError: a code that begins with ``roadmap_``, ``line_address``.
    """
    read_report_line(body)
    check_texts(body, "reason", is_whole=False)
    if "expected_on" in body:
        read_date(body, "expected_on")


def check_final_report(body: Fields) -> None:
    """What became of the roadmap as a whole; accepted by the other side, it closes it.

    Raises:
        MalformedError: a code that begins with ``roadmap_``, ``line_address``.
    """
    address = parse_line_address(str(body.get("roadmap")))
    if address.version is None or address.line is not None:
        raise MalformedError("roadmap_reference", "a final report names one version of a roadmap")
    check_texts(body, is_whole=False)


def read_report_line(body: Fields) -> tuple[LineAddress, int]:
    """The line that a note is about, and its number.

    Raises:
        MalformedError: ``line_address``, ``roadmap_reference``.
    """
    address = parse_line_address(str(body.get("line")))
    number = read_line_name(address.line)
    if number is None or address.version is None:
        raise MalformedError("roadmap_reference", "line names one line of one version, as id@2#line_3")
    return address, number
