"""The list of the OWASP ASVS: whole, and what it names is there."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = r"`((?:core|web|node|adapters|main|formats|registers|docs)(?:/[^`]*)?)`"
STATES = {"held", "in part", "operator", "none", "open"}
# Levels 1 and 2 of ASVS 5.0.0, section by section.
ASKED = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2", "2.1": "1-3", "2.2": "1-3",
    "2.3": "1-4", "2.4": "1", "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1", "4.3": "1-2", "4.4": "1-4", "5.1": "1", "5.2": "1-3", "5.3": "1-2",
    "5.4": "1-3", "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3",
    "6.8": "1-4", "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1", "8.4": "1", "9.1": "1-3", "9.2": "1-4", "10.1": "1-2",
    "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2", "10.7": "1-3",
    "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1", "11.6": "1", "12.1": "1-3",
    "12.2": "1-2", "12.3": "1-4", "13.1": "1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5", "14.1": "1-2",
    "14.2": "1-4", "14.3": "1-3", "15.1": "1-3", "15.2": "1-3", "15.3": "1-7", "16.1": "1", "16.2": "1-5",
    "16.3": "1-4", "16.4": "1-3", "16.5": "1-3", "17.1": "1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip
CHOSEN = (
    "1.2.10 1.3.12 1.5.3 2.3.5 3.4.8 4.1.4 4.1.5 5.2.4 5.2.5 5.2.6 5.3.3 6.3.8 6.5.6 6.7.1 6.7.2 7.5.3 8.3.2"
    " 8.3.3 8.4.2 11.2.5 11.3.4 13.1.2 13.1.4 13.3.3 13.3.4 14.2.6 14.2.7 14.2.8 15.2.4 15.4.1 15.4.2 16.5.4"
)
"""Of level 3, held here too."""


def rows() -> Iterator[tuple[list[str], str, str, str]]:
    for line in (ROOT / "docs" / "asvs.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and re.match(r"\d", cells[0]):
            yield [one for part in cells[0].split(",") for one in expand(part.strip())], *cells[1:]


def expand(part: str) -> Iterator[str]:
    first, _, last = part.partition("–")
    if not last:
        yield first
        return
    section = first.rsplit(".", 1)[0]
    for number in range(int(first.rsplit(".", 1)[1]), int(last.rsplit(".", 1)[1]) + 1):
        yield f"{section}.{number}"


def test_every_requirement_stands_once_with_a_state() -> None:
    asked = {
        one
        for section, span in ASKED.items()
        for one in expand(f"{section}.{span.split('-')[0]}–{section}.{span.split('-')[-1]}")
    } | {f"{one}*" for one in CHOSEN.split()}
    listed = [one for ids, *_ in rows() for one in ids]
    assert sorted(listed) == sorted(asked)
    assert {state for _, state, *_ in rows()} <= STATES


def test_what_it_names_is_there() -> None:
    for ids, state, where, test in rows():
        named = re.findall(r"`([^`]+)`", test)
        assert state != "held" or named or "`" in where, ids
        for one in named:
            file, _, name = one.partition("::")
            path = ROOT / "tests" / f"{file}.py"
            assert path.is_file(), one
            assert not name or f"def {name}(" in path.read_text("utf-8"), one
        for one in re.findall(PLACE, where):
            place = ROOT / one if one.startswith("docs/") else ROOT / "src" / "mithaq" / one
            assert place.exists() or place.with_suffix(".py").exists(), one
