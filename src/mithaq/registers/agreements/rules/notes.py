"""The initialling: a side finds one version to be the agreed text, before anybody signs."""

from collections.abc import Mapping
from typing import Any, Final

from mithaq.errors import MalformedError
from mithaq.registers.agreements.rules.articles import TITLE, is_eid
from mithaq.registers.agreements.rules.fields import (
    Fields,
    check_address,
    check_hash,
    check_number,
    check_post,
    check_words,
    read_list,
)

MAX_VERSION: Final = 9_999


def check_initialling(body: Fields) -> None:
    """``{instrument, version, content_hash, concordance?{post, lines[]}, text?}``.

    With ``concordance`` a translator of that side has compared both languages, article by article.

    Raises:
        MalformedError: a code that begins with ``agreement_``.
    """
    check_address(body.get("instrument"), "instrument")
    check_number(body, "version", MAX_VERSION)
    if "version" not in body or "content_hash" not in body:
        raise MalformedError("agreement_reference", "an initialling names a version and its content hash")
    check_hash(body, "content_hash")
    check_words(body, "text", 2_000)
    check_post(body, "author_post")
    if "concordance" in body:
        concordance = body["concordance"]
        if not isinstance(concordance, Mapping) or "post" not in concordance:
            raise MalformedError("agreement_list", "concordance names a post and lines")
        check_post(concordance, "post")
        if not all(each == TITLE or is_eid(each) for each in read_list(concordance, "lines")):
            raise MalformedError("agreement_list", "concordance names articles by their eid")


def compared_lines(body: Mapping[str, Any]) -> frozenset[str]:
    """The lines that a translator has compared."""
    concordance = body.get("concordance")
    lines = concordance.get("lines") if isinstance(concordance, Mapping) else None
    return frozenset(str(each) for each in lines) if isinstance(lines, list | tuple) else frozenset()
