"""Kinds of the common reference: today the code lists that every other register reads."""

from collections.abc import Mapping
from typing import Any

from mithaq.core.codelists import parse_codelist
from mithaq.node.registry import ObjectKind, Opening, Primitive, Register


def check_codelist(data: Mapping[str, Any]) -> None:
    """A code list has a name and codes with labels in both languages.

    Raises:
        MalformedError: ``codelist``.
    """
    parse_codelist(data)


REGISTER = Register(
    "reference",
    (ObjectKind("reference.codelist", Primitive.INSTRUMENT, check=check_codelist),),
    opening=Opening.BY_DEFAULT,
)
