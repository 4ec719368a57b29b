"""A draft as a version to be put forward: a command of ``web.outgoing``."""

from collections.abc import Mapping
from typing import Any, Final

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Manifest, Signatory, build_manifest
from mithaq.core.types import AdministrationCode
from mithaq.errors import ConflictError, MalformedError
from mithaq.node.node import Node
from mithaq.node.read.whole_data import name_blobs, split_data
from mithaq.registers.agreements.forms.terms import LOCAL, dossier_of
from mithaq.registers.agreements.reading.drafts import AMEND, CORRECT, NEW, DraftView
from mithaq.registers.agreements.rules.amending import find_changes
from mithaq.registers.agreements.rules.drafting import number_anew
from mithaq.registers.agreements.rules.kinds import AMENDMENT
from mithaq.registers.agreements.rules.texts import check_rests
from mithaq.web.dossiers import OWN
from mithaq.web.outgoing.commands import ActOnInstrument

REPEALED: Final = {"ar": "تُلغى هذه المادة.", "fr": "Cet article est abrogé."}
"""What an amendment says of an article that it takes out; data of the text, in its own languages."""

LONG: Final = ("articles", "changes")


def propose_draft(node: Node, draft: DraftView, post: str) -> tuple[ActOnInstrument, Manifest]:
    """The act that puts a draft forward, and its manifest.

    Raises:
        MalformedError: ``no_entry_into_force_rule``, ``agreement_basis``, ``no_articles``, or of the rules
            of the kind.
        ConflictError: ``newer_version`` when the other side has countered the version it starts from;
            ``nothing_changed``.
    """
    if not draft.effect.get("rule"):
        raise MalformedError("no_entry_into_force_rule", "the draft names no rule of entry into force")
    if draft.purpose == NEW:
        check_rests(draft.data)
    if draft.behind is not None:
        raise ConflictError("newer_version", "a newer version stands")
    data, parts = split_data(make_data(draft, post), node.blobs, LONG)
    is_new = draft.purpose in (NEW, AMEND)
    base = draft.base.manifest if draft.base is not None else None
    local = draft.data.get(LOCAL, {})
    manifest = build_manifest(
        object_id=draft.draft_id if is_new or base is None else base.object_id,
        object_kind=AMENDMENT if draft.purpose == AMEND else draft.object_kind,
        object_v=1,
        signatories=[Signatory(AdministrationCode(code), each) for code, each in draft.signatories.items()],
        effect=dict(draft.effect),
        version=1 if is_new or base is None else base.version + 1,
        previous=None if is_new or base is None else base.content_hash,
        supersedes=local.get("supersedes", []) if is_new else list(base.supersedes) if base else [],
        parts=parts,
        data=data,
    )
    if base is not None and not is_new and _content_of(manifest) == _content_of(base):
        raise ConflictError("nothing_changed", "nothing differs from the version that it starts from")
    kind = InstrumentKind.PROPOSE if is_new else InstrumentKind.COUNTER
    fields: dict[str, Any] = {
        "subject": {lang: text for lang, text in draft.title.items() if text},
        "lang": ["ar", "fr"],
        "handling": {
            "caveats": [],
            "purpose": "ADMIN",
            **_handling(draft),
            "code": local.get("code", "green"),
        },
    }
    dossier = dossier_of(draft) if is_new else ""
    if dossier:
        fields["dossier"] = manifest.object_id if dossier == OWN else dossier
    blobs = name_blobs(parts) + ([dict(local["scan"])] if local.get("scan") else [])
    if blobs:
        fields["blobs"] = blobs
    body = {"manifest": dict(manifest.members)}
    made = frozenset(str(each["sha256"]) for each in blobs)
    return ActOnInstrument(manifest.object_id, kind.value, body, fields, made), manifest


def _handling(draft: DraftView) -> Mapping[str, Any]:
    """Caveats and purpose of the text that the draft goes on from: its words stand in the draft."""
    handling = draft.text.first.parsed.handling if draft.text is not None else None
    return handling if isinstance(handling, Mapping) else {}


def _content_of(manifest: Manifest) -> dict[str, Any]:
    """What a version says, whoever wrote it."""
    members = {name: value for name, value in manifest.members.items() if name not in ("version", "previous")}
    data = {name: value for name, value in (manifest.data or {}).items() if name != "author_post"}
    return {**members, "data": data}


def make_data(draft: DraftView, post: str) -> dict[str, Any]:
    """Data of the manifest of a draft, articles or changes among them.

    Raises:
        MalformedError: ``no_articles``. ConflictError: ``nothing_changed``.
    """
    data = {name: value for name, value in draft.data.items() if name not in (LOCAL, "correction", "long")}
    articles = [dict(each) for each in draft.articles]
    if draft.purpose == NEW:
        articles = number_anew(articles)
    if not articles:
        raise MalformedError("no_articles", "the text has no article yet")
    changes = find_changes(draft.before, articles)
    if draft.purpose in (AMEND, CORRECT) and not changes:
        raise ConflictError("nothing_changed", "nothing differs from the version that it starts from")
    if draft.purpose == AMEND and draft.text is not None and draft.base is not None:
        told = [{**each, "text": REPEALED} if each["op"] == "repeal" else each for each in changes]
        data |= {"amends": f"{draft.text.object_id}@{draft.base.number}", "changes": told}
    else:
        data["articles"] = articles
    if draft.purpose == CORRECT:
        reason = draft.data.get(LOCAL, {}).get("reason", "")
        data["correction"] = {"reason": reason, "lines": [str(each["eid"]) for each in changes]}
    if "past" not in draft.effect:
        data["concordance"] = True
    return {**data, "author_post": post}
