"""Four officials of the demonstration: on each side one who drafts and one who releases, with one-time links.

Call it once Django is set up for the home and its database is filled.
"""

from typing import Any, Final

from mithaq.adapters.clock import SystemClock
from mithaq.web.access.table import Role
from mithaq.web.accounts.founding import Founder, found_account
from mithaq.web.accounts.links import link_path

LANGUAGES: Final = {"ma-mi": "ar", "fr-mi": "fr"}
OFFICIALS: Final[dict[str, tuple[str, tuple[Role, ...]]]] = {
    "desk": ("author", (Role.DRAFTER, Role.DUTY, Role.TRANSLATOR)),
    "release": ("releaser", (Role.RELEASER, Role.HANDLING_OFFICER)),
}
"""Post -> what the person is for, and the roles of the post."""

SIGNS: Final = "releaser"
"""Who also holds the post that signs, so that every button of the demonstration has somebody to press it."""


def make_officials(side: dict[str, Any], base_url: str) -> list[dict[str, str]]:
    """Their accounts; gives ``{code, role, lang, login, url}`` of each. They need no factors."""
    lang, code = LANGUAGES[side["code"]], str(side["code"])
    now = SystemClock().now()
    found = []
    signatory = next(each for each in side["posts"] if each["post"] == "minister")
    for each in side["posts"]:
        if each["post"] not in OFFICIALS:
            continue
        role, roles = OFFICIALS[each["post"]]
        founder = Founder(
            login=each["holder"],
            display_name=_label_of(side, f"{code}.{each['post']}", lang),
            language=lang,
            post=each["post"],
            roles=roles,
            clearance="red",
            pseudonym=signatory["holder"] if role == SIGNS else each["holder"],
            must_enrol=False,
            also={signatory["post"]: (Role.SIGNATORY,)} if role == SIGNS else {},
        )
        url = base_url.rstrip("/") + link_path(found_account(founder, now), lang)
        found.append({"code": code, "role": role, "lang": lang, "login": each["holder"], "url": url})
    return found


def _label_of(side: dict[str, Any], post: str, lang: str) -> str:
    labels = [card["label"] for card in side["cards"] if card["id"] == post]
    return str(labels[0][lang]) if labels else post
