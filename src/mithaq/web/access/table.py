"""Roles, verbs, fields and obligations as data: what ``policy.may`` reads.

Spec: the table of roles of the trust page; TLP 2.0.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from mithaq.core import codelists


class Verb(StrEnum):
    """What can be done with something."""

    LIST = "list"
    READ = "read"
    SEARCH = "search"
    DRAFT = "draft"
    RELEASE = "release"
    SIGN = "sign"
    WITHDRAW = "withdraw"
    REPLY = "reply"
    EXPORT = "export"
    PRINT = "print"
    RESTRICT = "restrict"
    HOLD = "hold"
    ERASE = "erase"
    HANDLE = "handle"
    GRANT_ROLE = "grant_role"
    ROTATE_KEY = "rotate_key"
    BACKUP = "backup"
    RESTORE = "restore"
    REBUILD = "rebuild"
    AUDIT = "audit"


class Role(StrEnum):
    """What a post gives to whoever holds it."""

    READER = "reader"
    DRAFTER = "drafter"
    RELEASER = "releaser"
    SIGNATORY = "signatory"
    HANDLING_OFFICER = "handling_officer"
    DUTY = "duty"
    TRANSLATOR = "translator"
    RETENTION_OFFICER = "retention_officer"
    DATA_PROTECTION = "data_protection"
    SECURITY_ADMIN = "security_admin"
    SYSTEM_ADMIN = "system_admin"
    AUDITOR = "auditor"
    BREAK_GLASS = "break_glass"


class Field(StrEnum):
    """A part of a record."""

    HEADER = "header"
    TITLE = "title"
    BODY = "body"
    PERSONS = "persons"
    ATTACHMENTS = "attachments"
    SIGS = "sigs"
    LOG = "log"


class Obligation(StrEnum):
    """What the caller must do before, or with, what is allowed."""

    LOG = "log"
    STEP_UP = "step_up"
    FOUR_EYES = "four_eyes"
    NO_EXPORT = "no_export"
    MARK_PAGE = "mark_page"


_READING: Final = frozenset({Verb.LIST, Verb.READ, Verb.SEARCH, Verb.EXPORT, Verb.PRINT})
_DRAFTING: Final = frozenset({Verb.DRAFT, Verb.REPLY, Verb.WITHDRAW})

ROLE_VERBS: Final[Mapping[Role, frozenset[Verb]]] = {
    Role.READER: _READING,
    Role.DRAFTER: _READING | _DRAFTING,
    Role.RELEASER: _READING | {Verb.RELEASE},
    Role.SIGNATORY: _READING | _DRAFTING | {Verb.SIGN},
    Role.HANDLING_OFFICER: _READING | {Verb.RELEASE, Verb.HANDLE},
    Role.DUTY: _READING | {Verb.REPLY, Verb.RELEASE},
    Role.TRANSLATOR: _READING | {Verb.DRAFT},
    Role.RETENTION_OFFICER: frozenset({Verb.LIST, Verb.ERASE, Verb.HOLD}),
    Role.DATA_PROTECTION: frozenset({Verb.LIST, Verb.READ, Verb.RESTRICT, Verb.ERASE, Verb.AUDIT}),
    Role.SECURITY_ADMIN: frozenset({Verb.GRANT_ROLE, Verb.ROTATE_KEY}),
    Role.SYSTEM_ADMIN: frozenset({Verb.BACKUP, Verb.RESTORE, Verb.REBUILD}),
    Role.AUDITOR: frozenset({Verb.AUDIT}),
    Role.BREAK_GLASS: frozenset({Verb.LIST, Verb.READ, Verb.SEARCH}),
}

_CONTENT: Final = frozenset(
    {Field.HEADER, Field.TITLE, Field.BODY, Field.PERSONS, Field.ATTACHMENTS, Field.SIGS}
)
ROLE_FIELDS: Final[Mapping[Role, frozenset[Field]]] = {
    **dict.fromkeys(Role, _CONTENT),
    Role.RETENTION_OFFICER: frozenset({Field.HEADER}),
    Role.SECURITY_ADMIN: frozenset(),
    Role.SYSTEM_ADMIN: frozenset(),
    Role.AUDITOR: frozenset({Field.LOG}),
}
"""Parts of a record that a role may see at all. ``persons`` needs a right of its own beside it."""

RELEASE_BELOW_AMBER: Final = frozenset({Role.RELEASER})
RELEASE_FROM_AMBER: Final = frozenset({Role.HANDLING_OFFICER})

CODES: Final = ("clear", "green", "amber", "amber+strict", "red")
"""Handling codes from open to closed. Any other counts as the last."""

AMBER: Final = CODES.index("amber")
NAMED_READERS: Final = CODES.index("amber+strict")
"""From here on a record is read by those it names alone."""

KNOWN_CAVEATS: Final = ("h0", "h1", "h2", "h3")
NOT_ONWARD: Final = frozenset({"h2"})
EMERGENCY_ALSO_RELEASER: Final = frozenset({"h2", "h3"})

PURPOSES: Final = tuple(each.code for each in codelists.PURPOSES.codes)

STEP_UP: Final = frozenset(
    {
        Verb.RELEASE,
        Verb.SIGN,
        Verb.GRANT_ROLE,
        Verb.ROTATE_KEY,
        Verb.EXPORT,
        Verb.ERASE,
        Verb.HOLD,
        Verb.RESTORE,
    }
)
FOUR_EYES: Final = frozenset(
    {Verb.RELEASE, Verb.GRANT_ROLE, Verb.ROTATE_KEY, Verb.ERASE, Verb.HOLD, Verb.RESTORE}
)
ALWAYS_LOGGED: Final = frozenset({Verb.RELEASE, Verb.SIGN, Verb.ERASE, Verb.GRANT_ROLE, Verb.ROTATE_KEY})
LOGGED_FROM_AMBER: Final = frozenset({Verb.LIST, Verb.READ, Verb.SEARCH, Verb.EXPORT, Verb.PRINT})
NOT_OWN: Final = frozenset({Verb.RELEASE, Verb.SIGN})
WITHOUT_PURPOSE: Final = frozenset({Verb.LIST})
"""A list shows that a record is there; what it says is asked for with ``read``."""

IDLE_S: Final = 15 * 60
SESSION_S: Final = 10 * 3600
STEP_UP_S: Final = 5 * 60
MIN_REASON: Final = 20
"""Characters of a reason across purposes, and of one for an emergency."""
