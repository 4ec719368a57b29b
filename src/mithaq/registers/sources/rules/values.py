"""What every step answers with. All places are code points of the raw text, from 0, end exclusive."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any


class Reason(StrEnum):
    """Why a paragraph is not content."""

    MENU = "menu"
    RELATED = "related"
    COMMENT_FORM = "comment_form"
    MAIL_NOTICE = "mail_notice"
    BACK_TO_TOP = "back_to_top"
    DATELINE = "dateline"
    BYLINE = "byline"
    HEADING = "heading"
    OTHER = "other"


QUIET = frozenset(
    {Reason.MENU, Reason.RELATED, Reason.COMMENT_FORM, Reason.MAIL_NOTICE, Reason.BACK_TO_TOP, Reason.OTHER}
)
"""Page remains that say nothing of the text; headings, datelines and bylines are read for names."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a part of one that is a dateline.

    Attributes:
        no: from 1.
        language: ``ar``, ``fr`` or ``en``.
        reason: why it is not content; None for content.
        rule_id: that said so; empty for content.
        is_title: whether it is the headline of the text.
    """

    no: int
    start: int
    end: int
    language: str
    reason: Reason | None = None
    rule_id: str = ""
    is_title: bool = False

    @property
    def is_content(self) -> bool:
        """Whether it is a part of what the text says."""
        return self.reason is None

    @property
    def is_read(self) -> bool:
        """Whether names are looked for in it."""
        return self.reason is None or self.reason not in QUIET


class AssertionType(StrEnum):
    """What an assertion is about."""

    PERSON = "person"
    BODY = "body"
    PLACE = "place"
    EVENT = "event"
    DATE = "date"
    THEME = "theme"
    QUOTATION = "quotation"
    COMMITMENT = "commitment"


@dataclass(frozen=True, slots=True)
class Assertion:
    """One thing that a rule says of a place in the text.

    Attributes:
        exact: the raw text between ``start`` and ``end``.
        rule_id, rule_version: the rule that made it.
        value: JSON-ready; its members depend on the type.
        is_proposal: whether a person must accept it; else it is exact by rule.
    """

    type: AssertionType
    start: int
    end: int
    exact: str
    rule_id: str
    value: Mapping[str, Any]
    is_proposal: bool = False
    rule_version: int = 1

    @property
    def id(self) -> str:
        """The same for the same assertion of the same text, so a decision outlives another analysis."""
        key = json.dumps([self.type, self.start, self.end, self.rule_id, self.value], sort_keys=True)
        return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What was not guessed: a person may say it.

    Attributes:
        what: ``published_on``, ``meeting_date``, ``date``, ``person``, ``place``, ``encoding``, ``markup``,
            ``invisible``.
        start, end: None where it is about the whole text.
        reason: a stable code.
    """

    what: str
    reason: str
    start: int | None = None
    end: int | None = None
    exact: str = ""
