"""What officials do with meetings, step by step at the pages."""

import re
import sqlite3
from functools import partial
from typing import Any

from .person import Page
from .world import Side, World, arrives, record_of, release, sign, unsays, wait

BODY = {"ar": "المجموعة المختلطة الدائمة للهجرة", "fr": "Groupe migratoire mixte permanent"}
MINISTERS = {"ar": "اجتماع وزيري الداخلية", "fr": "Réunion des ministres de l’intérieur"}


def draft(side: Side, path: str, **values: Any) -> Page:
    """Fill in a form; the answer is the preview."""
    page = side.author.open(path)
    found = side.author.submit(page, page.main_form(), None, **values)
    assert "/outgoing/" in found.url, (found.url, found.status, found.text[:2500])
    return found


def do(side: Side, path: str, **values: Any) -> str:
    """Fill in a form and have it released; answers the id of the record."""
    return release(side, draft(side, path, **values))


def refuse(side: Side, path: str, **values: Any) -> Page:
    """Fill in a form that is not taken: it comes back with what was typed."""
    page = side.author.open(path)
    found = side.author.submit(page, page.main_form(), 422, **values)
    assert "/meetings/" in found.url
    return found


def agree(world: World, object_id: str) -> None:
    """Both ministers sign; both nodes know that it binds, the last signer by the receipt of the other."""
    for side in (world.paris, world.rabat):
        arrives(side, object_id)
        sign(side, object_id)
    for side in (world.rabat, world.paris):
        wait(partial(binds, side, object_id), f"{object_id} does not bind at {side.code}")


def binds(side: Side, object_id: str) -> bool:
    """Whether the node of that side holds the newest version for signed."""
    with sqlite3.connect(f"file:{side.actor.folder / 'record.sqlite3'}?mode=ro", uri=True) as record:
        rows = record.execute(
            "SELECT state FROM store_instrument WHERE object_id = ?", (object_id,)
        ).fetchall()
    return rows == [("signed",)]


def make_body(world: World) -> str:
    """The joint body, once; its mandate is signed by both sides."""
    if "body" not in world.made:
        world.made["body"] = do(
            world.paris,
            "meetings/bodies/new/",
            name_ar=BODY["ar"],
            name_fr=BODY["fr"],
            basis="Déclaration d’octobre 2024",
            terms_ar="آلية للحوار والتنسيق.",
            terms_fr="Un mécanisme de dialogue et de coordination.",
            rhythm_ar="مرتان في السنة",
            rhythm_fr="Deux fois par an",
            members="ma-mi | ma-mi.dgsn.director\nfr-mi | fr-mi.dgpn.director",
            secretariat="ma-mi | desk\nfr-mi | desk",
            field_codes="MIG",
            aliases="Groupe de contact permanent",
            days_comments="20",
        )
        agree(world, world.made["body"])
    return str(world.made["body"])


def invite(world: World, side: Side, title: dict[str, str], **values: Any) -> str:
    """Invite, and have it accepted."""
    given = {
        "title_ar": title["ar"], "title_fr": title["fr"], "place": "Rabat", "day": "14/4/2025",
        "starts": "10:00", "ends": "12:00", "tzid": "Africa/Casablanca", "level": "minister",
    }  # fmt: skip
    meeting = do(side, "meetings/new/", **{**given, **values})
    other = world.other(side)
    arrives(other, meeting)
    do(other, f"meetings/{meeting}/do/accept/")
    for each, word in ((world.rabat, "مقترح"), (world.paris, "Proposé")):
        unsays(each, f"meetings/{meeting}/", word)
    return meeting


def write(side: Side, meeting: str, block: str, french: str, arabic: str = "", **more: Any) -> Page:
    """Add a line to the draft of the minutes."""
    page = side.author.open(f"meetings/{meeting}/minutes/")
    return side.author.submit(
        page, page.main_form(), press="do=save", new_block=block, new_fr=french, new_ar=arabic, **more
    )


def share(side: Side, meeting: str) -> str:
    """Put the draft forward; answers the id of the minutes."""
    page = side.author.open(f"meetings/{meeting}/minutes/")
    preview = side.author.submit(page, page.main_form(), None, press="do=share")
    assert "/outgoing/" in preview.url, preview.text[:2500]
    return release(side, preview)


def initial(side: Side, text: str) -> str:
    """A translator of that side compares both languages, line by line."""
    page = side.author.open(f"meetings/{text}/do/initial/")
    names = re.findall(r'name="(line_[a-z_0-9]+)"', page.html)
    preview = side.author.submit(page, page.main_form(), None, **dict.fromkeys(names, "on"))
    assert "/outgoing/" in preview.url, preview.text[:2500]
    return release(side, preview)


def compare(world: World, text: str) -> None:
    """Both sides initial; both nodes know it."""
    for side in (world.paris, world.rabat):
        arrives(side, text)
        initial(side, text)
    for side, word in ((world.rabat, "لم تقارن اللغتان"), (world.paris, "langues non comparées")):
        unsays(side, f"meetings/{text}/", word)


def minutes(world: World, side: Side, meeting: str, lines: list[tuple[Any, ...]]) -> str:
    """Minutes from the first line to both signatures."""
    for block, french, arabic, *more in lines:
        write(side, meeting, block, french, arabic, **(more[0] if more else {}))
    text = share(side, meeting)
    compare(world, text)
    agree(world, text)
    return text


__all__ = [
    "BODY",
    "MINISTERS",
    "agree",
    "compare",
    "do",
    "draft",
    "initial",
    "invite",
    "make_body",
    "minutes",
    "record_of",
    "refuse",
    "share",
    "write",
]
