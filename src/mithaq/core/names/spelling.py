"""What a name or a title may be made of, and when two of them look alike.

Spec: trust 7.3.
"""

import unicodedata
from typing import Final

from mithaq.core import unicode14
from mithaq.errors import MalformedError

MAX_NAME: Final = 200
MAX_TITLE: Final = 300

_USE_INSTEAD: Final = {
    "\u06cc": "\u064a",
    "\u06a9": "\u0643",
    "\u06c1": "\u0647",
    "\u06be": "\u0647",
    "\u06d2": "\u064a",
    "\u06c0": "\u0647",
}
_ARABIC_LETTERS: Final = frozenset(
    [
        *map(chr, range(0x0621, 0x063B)),
        *map(chr, range(0x0641, 0x064B)),
        *"\u06a4\u06af\u0763\u06ad\u067e\u0686",
    ]
)
_SCRIPTS: Final = ("LATIN", "ARABIC", "CYRILLIC", "GREEK", "HEBREW", "TIFINAGH", "CJK")
_LOOKS: Final = str.maketrans(
    {
        **dict(zip("аеорсхуіјѕԁһԛԝвкмнт", "aeopcxyijsdhqwbkmht", strict=True)),
        **dict(zip("αβεικνορτυχ", "abeiknoptux", strict=True)),
        "0": "o", "1": "l", "|": "l", "ı": "i", "і": "i",
        **_USE_INSTEAD,
        "\u0649": "\u064a", "\u0629": "\u0647", "\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627",
    }
)  # fmt: skip


def check_name(text: str, *, limit: int = MAX_NAME) -> str:
    """Give back a name or title that may be kept and sent.

    Args:
        text: NFC, as typed forms make it.
        limit: most characters: ``MAX_NAME`` or ``MAX_TITLE``.

    Raises:
        MalformedError: ``name_empty``, ``name_length``, ``name_form`` (not NFC, or spaces around it),
            ``name_character`` (control, format, tatweel, full-width, unassigned, private),
            ``name_letter`` (a look-alike Arabic letter; the message names the one to use),
            ``name_script`` (two scripts in one word).
    """
    if not text.strip():
        raise MalformedError("name_empty", "a name has at least one letter")
    if len(text) > limit:
        raise MalformedError("name_length", f"a name has at most {limit} characters")
    if text != text.strip() or not unicodedata.is_normalized("NFC", text):
        raise MalformedError("name_form", "a name is NFC without spaces around it")
    if unicode14.find_unassigned(text) or unicode14.find_unwanted(text):
        raise MalformedError("name_character", "a name holds a character that may not be sent")
    check_letters(text)
    return text


def check_letters(text: str) -> None:
    """Hold a name or title to the letters and scripts that cannot be taken for others.

    Raises:
        MalformedError: ``name_character``, ``name_letter``, ``name_script``; as ``check_name``.
    """
    for character in text:
        _check_character(character)
    for word in text.split():
        _check_script(word)


def _check_character(character: str) -> None:
    if character in _USE_INSTEAD:
        used, meant = ord(character), ord(_USE_INSTEAD[character])
        raise MalformedError("name_letter", f"use U+{meant:04X} instead of U+{used:04X}")
    category = unicodedata.category(character)
    is_wide = "\uff00" <= character <= "\uffef" or "\ufb50" <= character <= "\ufeff"
    is_bad = category in ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp") or character == "\u0640" or is_wide
    if is_bad or (category == "Zs" and character not in " \u00a0\u202f"):
        raise MalformedError("name_character", f"U+{ord(character):04X} may not stand in a name")
    is_arabic_letter = category == "Lo" and unicodedata.name(character, "").startswith("ARABIC")
    if is_arabic_letter and character not in _ARABIC_LETTERS:
        raise MalformedError("name_letter", f"U+{ord(character):04X} is no letter of Arabic as written here")


def _check_script(word: str) -> None:
    scripts = {_script(character) for character in word if unicodedata.category(character)[0] == "L"}
    # A prefixed Arabic particle before a Latin name is two words to a reader, one to a program: refused too.
    if len(scripts) > 1:
        raise MalformedError("name_script", "a word of a name is written in one script")


def _script(character: str) -> str:
    name = unicodedata.name(character, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), name.split(" ")[0])


def look_alike(text: str) -> str:
    """What a reader sees at a glance: names with the same look are easily taken for each other.

    Another letter of the same shape, capitals, marks, spaces and doubled signs make no difference.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(one for one in plain if unicodedata.category(one)[0] in "LN")
    return kept.translate(_LOOKS).replace("rn", "m").replace("vv", "w").replace("l", "i")
