"""vCard 4.0. Spec: RFC 6350."""

from datetime import UTC
from typing import Final

from mithaq.registers.directory.exchange.contact import Contact, base_language, in_language

MAX_LINE_BYTES: Final = 75
_PHONES: Final = {"phone": "voice", "mobile": "cell", "fax": "fax"}
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": None})


def write_vcard(contact: Contact) -> bytes:
    """UTF-8 with CRLF, lines folded at 75 octets and never inside a character."""
    lang = base_language(contact)
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"UID:{contact.uid}",
        f"KIND:{contact.kind}",
        f"REV:{contact.updated_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        *_by_language("FN", contact.names, lang, "1"),
    ]
    for number, one in enumerate(contact.titles, start=2):
        lines += _by_language("TITLE", one.label, lang, str(number))
        lines += _by_language("ORG", one.organisation, lang, str(number))
    lines += [_detail(one["type"], one["value"], one.get("note", "")) for one in contact.details]
    if contact.place:
        lines.append(f'ADR;LABEL="{_quoted(contact.place)}":;;;{_escape(contact.place)};;;')
    lines += [f"TZ:{contact.tzid}"] if contact.tzid else []
    lines += [f"LANG:{one}" for one in contact.languages]
    lines += [f"NOTE:{_escape(contact.note)}"] if contact.note else []
    lines.append("END:VCARD")
    return b"".join(_fold(line) for line in lines)


def _by_language(name: str, texts: object, lang: str, group: str) -> list[str]:
    """One property a language, said to be the same thing by ALTID; the base language first."""
    known = texts if isinstance(texts, dict) else dict(texts)  # type: ignore[call-overload]
    if not known:
        return []
    ordered = sorted(known, key=lambda one: (one != lang, one))
    if len(known) == 1 and not ordered[0]:
        return [f"{name}:{_escape(in_language(known, lang))}"]
    return [f"{name};ALTID={group};LANGUAGE={one}:{_escape(known[one])}" for one in ordered if one]


def _detail(kind: str, value: str, note: str) -> str:
    label = f" ({note})" if note else ""
    match kind:
        case "phone" | "mobile" | "fax":
            return f'TEL;VALUE=text;TYPE="work,{_PHONES[kind]}":{_escape(value)}'
        case "email":
            return f"EMAIL;TYPE=work:{_escape(value)}"
        case "address":
            return f'ADR;TYPE=work;LABEL="{_quoted(value)}":;;{_escape(value)};;;;'
        case _:
            return f"NOTE:{_escape(f'{kind}: {value}{label}')}"


def _escape(text: str) -> str:
    return text.translate(_ESCAPED)


def _quoted(text: str) -> str:
    """Inside quotation marks of a parameter: none of them, no control character (RFC 6868)."""
    return text.replace("^", "^^").replace('"', "^'").replace("\r", "").replace("\n", "^n")


def _fold(line: str) -> bytes:
    parts: list[bytes] = []
    current = b""
    for character in line:
        data = character.encode()
        room = MAX_LINE_BYTES - (1 if parts else 0)
        if len(current) + len(data) > room:
            parts.append(current)
            current = b""
        current += data
    return b"\r\n ".join([*parts, current]) + b"\r\n"
