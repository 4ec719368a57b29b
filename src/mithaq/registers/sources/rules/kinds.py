"""The one kind of this register that partners see: a public text that somebody released to them."""

from collections.abc import Mapping
from typing import Any, Final

from mithaq.errors import MalformedError
from mithaq.node.registry import ObjectKind, Opening, Primitive, Register

MAX_FIELD_CHARS: Final = 300
_TEXT_FIELDS = ("title", "publisher", "url")
_FIELDS: Final = frozenset(
    {"sha256", "media_type", "encoding", "language", "genre", "published_on", "expects", "assertions"}
    | {"author_post", "releaser_post", "text_note", *_TEXT_FIELDS}
)
GENRES: Final = ("communique", "press_report", "commentary", "post", "speech", "official_text", "other")
LANGUAGES: Final = ("ar", "fr", "en")
MAX_ASSERTIONS: Final = 200


def check_source(body: Mapping[str, Any]) -> None:
    """Field rules of a released source. Unknown members of a newer node pass.

    Raises:
        MalformedError: ``source_body``.
    """
    digest = body.get("sha256")
    if not (isinstance(digest, str) and len(digest) == 64 and set(digest) <= set("0123456789abcdef")):
        raise MalformedError("source_body", "sha256 is the hash of the raw bytes, 64 hex digits")
    if body.get("language") not in LANGUAGES:
        raise MalformedError("source_body", "language is ar, fr or en")
    if body.get("genre", "other") not in GENRES:
        raise MalformedError("source_body", "genre is not one of the list")
    for name in _TEXT_FIELDS:
        value = body.get(name, "")
        if not isinstance(value, str) or len(value) > MAX_FIELD_CHARS:
            raise MalformedError("source_body", f"{name} is a text of at most {MAX_FIELD_CHARS} characters")
    assertions = body.get("assertions", [])
    if not isinstance(assertions, list) or len(assertions) > MAX_ASSERTIONS:
        raise MalformedError("source_body", f"assertions is a list of at most {MAX_ASSERTIONS}")


SOURCE_KIND: Final = "sources.source"

REGISTER = Register(
    "sources",
    (ObjectKind(SOURCE_KIND, Primitive.NOTE, check=check_source),),
    opening=Opening.BY_DEFAULT,
)
