"""Versions of texts, what they name, and initiallings, from acts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mithaq.core.encoding import to_ms
from mithaq.core.instruments.lines import find_basis
from mithaq.core.instruments.manifest import Manifest
from mithaq.core.instruments.next_step import DEFAULT_REVIEW_MONTHS, read_review_months
from mithaq.node.handling import HandlingCode, is_stricter, read_code
from mithaq.node.read.versions import is_good, read_versions
from mithaq.node.records import SealedAct
from mithaq.registers.agreements.models import AgreementVersion, Initialling, Link
from mithaq.registers.agreements.rules import REGISTER
from mithaq.registers.agreements.rules.kinds import REVIEWED
from mithaq.web.read_model import dump

_CHECKS: Final = {kind.name: kind.check for kind in REGISTER.kinds}
_LISTS: Final = {"members": "member", "related": "related"}


def project_text(first: SealedAct, acts: Sequence[SealedAct]) -> None:
    """Replace the rows of one text."""
    object_id = first.object_id
    found = list(read_versions(_CHECKS, first, acts))
    known = set(AgreementVersion.objects.filter(object_id=object_id).values_list("content_hash", flat=True))
    # Most acts on a text bring no version: then its rows stay as they are.
    if known == {manifest.content_hash for _, manifest in found}:
        return
    AgreementVersion.objects.filter(object_id=object_id).delete()
    Link.objects.filter(object_id=object_id).delete()
    AgreementVersion.objects.bulk_create(_make_version(first, act, manifest) for act, manifest in found)
    Link.objects.bulk_create(link for _, manifest in found for link in _make_links(manifest))


def _make_version(first: SealedAct, act: SealedAct, manifest: Manifest) -> AgreementVersion:
    data: Mapping[str, Any] = manifest.data or {}
    effect, term = manifest.effect, manifest.effect.term
    return AgreementVersion(
        object_id=first.object_id,
        content_hash=manifest.content_hash,
        object_kind=manifest.object_kind,
        version=manifest.version,
        proposer=act.parsed.author,
        parties=f" {' '.join(manifest.administrations)} ",
        code=_strictest(first, act),
        title=dump(data.get("title") or first.parsed.subject or {}),
        nature=str(data.get("legal_nature", "")),
        parent=str(data.get("parent", ""))[:36],
        rule=str(effect.rule),
        review_months=read_review_months(
            data, DEFAULT_REVIEW_MONTHS if manifest.object_kind in REVIEWED else None
        ),
        term=""
        if term is None
        else dump(
            {"months": term.months, "renewal": term.renewal_months, "objection": term.objection_months}
        ),
        is_correction="correction" in data,
        created_ms=to_ms(act.parsed.created_at),
    )


def _strictest(first: SealedAct, act: SealedAct) -> HandlingCode:
    """The code of the record, or that of the version itself where it is closed more."""
    own, of_record = act.parsed.handling, first.parsed.handling
    return read_code(own if own is not None and is_stricter(own, of_record) else of_record)


def _make_links(manifest: Manifest) -> Iterator[Link]:
    data: Mapping[str, Any] = manifest.data or {}
    named = [(name, str(data[name])) for name in ("parent", "amends") if name in data]
    named += [(word, str(each)) for name, word in _LISTS.items() for each in data.get(name, ())]
    named += [("basis", address.encode()) for address in find_basis(data)]
    links = {(relation, address, address[:36]) for relation, address in named}
    if manifest.effect.other is not None:
        links.add(("same_as", manifest.effect.other, manifest.effect.other))
    links |= {("supersedes", each, each) for each in manifest.supersedes}
    for relation, address, target in sorted(links):
        yield Link(
            object_id=manifest.object_id,
            content_hash=manifest.content_hash,
            relation=relation,
            target=target,
            address=address[:128],
        )


def project_initialling(first: SealedAct) -> None:
    """Replace the row of one initialling."""
    Initialling.objects.filter(object_id=first.object_id).delete()
    body: Mapping[str, Any] = first.parsed.body
    if not is_good(_CHECKS, first.parsed.object_kind or "", body):
        return
    Initialling.objects.create(
        object_id=first.object_id,
        instrument_id=str(body["instrument"])[:36],
        content_hash=body["content_hash"],
        version=body["version"],
        sender=first.parsed.author,
        data=dump(dict(body)),
        created_ms=to_ms(first.parsed.created_at),
    )
