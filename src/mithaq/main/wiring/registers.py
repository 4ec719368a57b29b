"""The registers of this program: adding one is one line here and one in the settings."""

from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from mithaq.node.core_kinds import CORE
from mithaq.node.ports.search import SearchSource
from mithaq.node.registry import (
    ActGuard,
    LineSource,
    OccasionSource,
    PromiseSource,
    ReadModel,
    Register,
    Registry,
    ScopeSource,
    TextSource,
)
from mithaq.node.who import WhoIsWho
from mithaq.registers.agreements.rules import REGISTER as AGREEMENTS
from mithaq.registers.directory.rules import REGISTER as DIRECTORY
from mithaq.registers.meetings.rules import REGISTER as MEETINGS
from mithaq.registers.reference.rules import REGISTER as REFERENCE
from mithaq.registers.requests.rules import REGISTER as REQUESTS
from mithaq.registers.review.rules import REGISTER as REVIEW
from mithaq.registers.roadmap.rules import REGISTER as ROADMAP
from mithaq.registers.sources.rules import REGISTER as SOURCES

REGISTERS = (DIRECTORY, AGREEMENTS, REVIEW, MEETINGS, ROADMAP, REQUESTS, REFERENCE, SOURCES)


def make_rules() -> Registry:
    """All kinds that a node of this version knows, without read models: needs no Django."""
    return Registry((CORE, *REGISTERS))


def make_registry() -> Registry:
    """All kinds, and the read models of their registers when they are asked for. Call ``setup`` first."""
    return Registry((CORE, *REGISTERS), lambda one: one if one is CORE else _with_parts(one))


def _with_parts(register: Register) -> Register:
    """``READ_MODEL`` of ``projection``; what ``reading`` has of the other parts, by the name of each."""
    model = cast("ReadModel | None", _find(register.name, "projection", "READ_MODEL"))
    who = cast("WhoIsWho | None", _find(register.name, "reading", "WHO"))
    search = cast("SearchSource | None", _find(register.name, "reading", "SEARCH"))
    lines = cast("LineSource | None", _find(register.name, "reading", "LINES"))
    promises = cast("PromiseSource | None", _find(register.name, "reading", "PROMISES"))
    guard = cast("ActGuard | None", _find(register.name, "reading", "GUARD"))
    found = replace(register, read_model=model, who=who, search=search, guard=guard)
    occasions = cast("OccasionSource | None", _find(register.name, "reading", "OCCASIONS"))
    texts = cast("TextSource | None", _find(register.name, "reading", "TEXTS"))
    scope = cast("ScopeSource | None", _find(register.name, "reading", "SCOPE"))
    return replace(found, lines=lines, promises=promises, occasions=occasions, texts=texts, scope=scope)


@cache
def _find(register: str, module: str, name: str) -> object | None:
    path = f"mithaq.registers.{register}.{module}"
    return getattr(import_module(path), name, None) if find_spec(path) is not None else None
