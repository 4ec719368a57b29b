"""The register contract: what a register adds to the two primitives, and the table of all kinds.

A register names its object kinds; a node knows exactly the kinds of the registers that ``main`` wires.
Defaults are part of the schema version, so both nodes compute the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.standing import NoteTerms
from mithaq.errors import MissingError


class Primitive(StrEnum):
    """Which of the two primitives a kind is."""

    INSTRUMENT = "instrument"
    NOTE = "note"


def _accept_any(body: Mapping[str, Any]) -> None:
    """A kind without fields of its own refuses nothing beyond the core rules."""


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """One ``object_kind`` at one ``object_v``.

    Attributes:
        name: ``register.kind``, at most 64 characters.
        default_limit_s: limit of its clock where no procedure in force names one, by the class in
            the body (``""`` for a kind without classes); shown as "default, not agreed".
        check: raises ``MalformedError`` when a body (note) or manifest data (instrument) breaks the
            register's own field rules. Pure.
    """

    name: str
    primitive: Primitive
    expects: Expects = Expects.NONE
    object_v: int = 1
    default_limit_s: Mapping[str, int] = field(default_factory=dict)
    check: Callable[[Mapping[str, Any]], None] = _accept_any

    def terms(self, body: Mapping[str, Any]) -> NoteTerms:
        """What a note of this kind with this body waits for, and for how long by default."""
        named = body.get("expects")
        expects = _EXPECTS.get(named, self.expects) if isinstance(named, str) else self.expects
        return _make_terms(expects, self.default_limit_s.get(str(body.get("class", ""))))


_EXPECTS = {str(one): one for one in Expects}


@lru_cache(256)
def _make_terms(expects: Expects, limit_s: int | None) -> NoteTerms:
    return NoteTerms(expects, limit_s)


@dataclass(frozen=True, slots=True)
class Register:
    """A folder under ``registers`` as the node sees it."""

    name: str
    kinds: tuple[ObjectKind, ...]


__all__ = ["Expects", "ObjectKind", "Primitive", "Register", "Registry"]


class Registry:
    """All kinds this node knows, by (name, version)."""

    def __init__(self, registers: Iterable[Register]) -> None:
        self._registers = tuple(registers)
        self._kinds = {
            (kind.name, kind.object_v): kind for register in self._registers for kind in register.kinds
        }

    @property
    def registers(self) -> tuple[Register, ...]:
        """The registers, in the order they were wired."""
        return self._registers

    def find(self, name: str | None, object_v: int | None) -> ObjectKind | None:
        """The kind, or None when this node does not know that name or version."""
        return self._kinds.get((name or "", object_v or 0))

    def kind(self, name: str, object_v: int) -> ObjectKind:
        """The kind.

        Raises:
            MissingError: ``object_kind``.
        """
        found = self.find(name, object_v)
        if found is None:
            raise MissingError("object_kind", f"no register here knows {name} version {object_v}")
        return found

    def names(self) -> list[str]:
        """Known kinds as ``name@version``, sorted."""
        return sorted(f"{name}@{version}" for name, version in self._kinds)
