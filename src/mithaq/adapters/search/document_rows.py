"""What both engines keep of a document, and how its words are cut for them."""

from collections.abc import Sequence
from typing import Any, Final

import orjson
from msgspec import json, structs

from mithaq.core.names import find_words, fold, skeleton
from mithaq.core.names.fronts import without_front
from mithaq.core.types import Origin
from mithaq.node.ports.search import Cursors, KnownWord, SearchDocument

FORM: Final = "3"
"""Of the tables and of what stands in them; another one is dropped and made anew."""

CODES: Final = ("clear", "green", "amber", "amber+strict", "red")
LEAST_WORD: Final = 3
MOST_WORD: Final = 40
MOST_NEW_WORDS: Final = 2_000
"""Of one document: a hostile one must not fill the table of words."""


def rank_of(code: str) -> int:
    """Place of a code from open to closed; an unknown one is the last."""
    return CODES.index(code) if code in CODES else len(CODES) - 1


def folded_text(document: SearchDocument) -> str:
    """Every word, folded: of title, passages, names and aliases."""
    parts = [*document.title.values(), *document.texts, *document.names, *document.aliases]
    return fold(" \n".join(parts))


def bare_words(folded: str) -> str:
    """Arabic words of a folded text without what is written at their front: so اتفاق finds والاتفاق."""
    found = dict.fromkeys(bare for word in dict.fromkeys(folded.split()) for bare in without_front(word))
    return " ".join(found)


def written_words(document: SearchDocument) -> dict[str, str]:
    """Fold -> how it is written, of words that sound can be compared with: letters only, not too long."""
    found: dict[str, str] = {}
    for text in (*document.title.values(), *document.names, *document.aliases, *document.texts):
        for word in find_words(text):
            if _sounds(word.text):
                found.setdefault(word.text, text[word.start : word.end])
                for bare in without_front(word.text):
                    found.setdefault(bare, bare)
                if len(found) >= MOST_NEW_WORDS:
                    return found
    return found


def sounding_words(folded: str) -> set[str]:
    """Words of a folded text that sound can be compared with."""
    return {word for word in folded.split() if _sounds(word)}


def _sounds(word: str) -> bool:
    return LEAST_WORD <= len(word) <= MOST_WORD and word.isalpha()


def sound_of(folded: str) -> tuple[str, int] | None:
    """(class of the first consonant, count of consonants); None for what has no sound."""
    words = skeleton(folded)
    if len(words) != 1 or not words[0].block or words[0].number:
        return None
    return words[0].block, words[0].strong


def plain_terms(terms: Sequence[Sequence[str]]) -> list[list[str]]:
    """Terms of letters and digits alone, so that no sign means anything; empty where nothing can be found."""
    cleaned = [[plain_word(word) for word in choices] for choices in terms]
    kept = [[word for word in choices if word] for choices in cleaned]
    return kept if kept and all(kept) else []


def plain_word(word: str) -> str:
    """Its letters and digits."""
    return "".join(filter(str.isalnum, word))


def encode_document(document: SearchDocument) -> bytes:
    """JSON of the whole document."""
    return json.encode(structs.replace(document, texts=list(document.texts)))


def decode_document(data: bytes | str) -> SearchDocument:
    """Back again."""
    return json.decode(data, type=SearchDocument)


def encode_cursors(cursors: Cursors) -> str:
    """One text, in one form: it is compared."""
    return orjson.dumps(
        {"logs": {str(log): end for log, end in cursors.logs.items()}, "journal": cursors.journal},
        option=orjson.OPT_SORT_KEYS,
    ).decode()


def decode_cursors(text: str | None) -> Cursors:
    """Back again; none is the beginning."""
    if not text:
        return Cursors()
    value: dict[str, Any] = orjson.loads(text)
    return Cursors({Origin(log): int(end) for log, end in value["logs"].items()}, int(value["journal"]))


def known_words(rows: Sequence[Sequence[Any]]) -> list[KnownWord]:
    """Words of rows (folded, written)."""
    return [KnownWord(str(folded), str(written)) for folded, written in rows]
