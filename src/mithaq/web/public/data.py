"""A public text as JSON, for programs: the same as its page says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mithaq.core.encoding import format_time
from mithaq.core.instruments.state import Version
from mithaq.web.public.own_words import PublicWord
from mithaq.web.public.publication import PublicAct, PublicText
from mithaq.web.suspensions import tell_marks


def describe_text(text: PublicText, now: datetime) -> dict[str, Any]:
    """What a list says of a text at ``now``."""
    version = text.version
    return {
        "id": text.object_id,
        "kind": text.object_kind,
        "title": dict(text.title),
        "reference": text.reference,
        "version": version.number,
        "content_hash": version.content_hash,
        "state": str(text.state),
        "marks": tell_marks(version, now),
        "signed_on": _day(version.signed_on),
        "entry_into_force_on": _day(version.entry_into_force_on),
        "next": None if text.next is None else {"step": str(text.next.step), "on": _day(text.next.on)},
        "demonstration": text.is_demonstration,
    }


def describe_whole(text: PublicText, now: datetime, still: Sequence[str]) -> dict[str, Any]:
    """The same with its manifest, which is what was signed, its versions, and the acts that bind.

    ``still`` are its articles that do not apply at ``now``.

    Where ``whole`` is false the manifest lacks what is not for everybody; its hash is not that of the text.
    """
    version = text.version
    signatories = [
        {
            "administration": each.administration,
            "post": each.post,
            "signed": each.administration in version.signings,
        }
        for each in version.manifest.signatories
    ]
    return {
        "schema": "mithaq/public-text/1",
        **describe_text(text, now),
        "suspended_articles": list(still),
        "signatories": signatories,
        "manifest": {**version.manifest.members, **({} if text.is_whole else {"data": dict(text.data)})},
        "whole": text.is_whole,
        "versions": [_describe_version(each) for each in text.versions],
        "acts": [_describe_act(each) for each in text.acts],
    }


def describe_word(word: PublicWord) -> dict[str, Any]:
    """A communiqué of one side."""
    return {
        "id": word.object_id,
        "kind": word.object_kind,
        "agreed": False,
        "title": dict(word.title),
        "text": dict(word.text),
        "reference": word.reference,
        "created_at": format_time(word.created_at),
        "acts": [_describe_act(each) for each in word.acts],
        "demonstration": word.is_demonstration,
    }


def _describe_version(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "content_hash": version.content_hash,
        "signed_on": _day(version.signed_on),
        "entry_into_force_on": _day(version.entry_into_force_on),
    }


def _describe_act(found: PublicAct) -> dict[str, Any]:
    """An act; addresses of its proof where that is public."""
    act = found.act
    told = {
        "id": act.parsed.id,
        "kind": act.parsed.kind,
        "from": act.parsed.author,
        "log": act.log,
        "leaf_index": act.leaf_index,
        "commitment": act.commitment.hex(),
    }
    files = {name: f"/public/{act.parsed.id}/{name}" for name in ("proof", "policy")}
    return {**told, **files} if found.is_clear else told


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()
