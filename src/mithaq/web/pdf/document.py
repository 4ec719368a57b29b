"""One version of an instrument as a document to print: its text, what is said of it, its proof."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.instruments.state import State, Version, state_at
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.records import SealedAct
from mithaq.web.language import direction_of
from mithaq.web.pages import name_kind
from mithaq.web.parties import parties
from mithaq.web.pdf.press import EmbeddedFile, press
from mithaq.web.proof import ProofPanel, Prover, known_keys
from mithaq.web.records.act_words import act_word
from mithaq.web.suspensions import find_still, is_suspended_in_part
from mithaq.web.texts import pick, read_texts
from mithaq.web.two_columns import list_attachments, make_rows
from mithaq.web.words import state_word

PDF_TYPE: Final = "application/pdf"
_OPEN: Final = frozenset(
    {State.PROPOSED, State.COUNTERED, State.PART_SIGNED, State.DECLINED, State.WITHDRAWN}
)


@dataclass(frozen=True, slots=True)
class PrintedAct:
    """An act whose proof stands in the document.

    Attributes:
        is_clear: whether the proof itself may be taken away; then it is embedded.
    """

    act: SealedAct
    is_clear: bool


@dataclass(frozen=True, slots=True)
class PrintedText:
    """What is printed.

    Attributes:
        reference: of the instrument, short.
        acts: the opener of the version and its signings.
        address: where the text stands for whoever reads the document; may be empty.
        names: of administrations by code; None for those that the workspace knows.
        data: what may be printed of the manifest; None for all of it.
    """

    object_id: str
    object_kind: str
    title: Mapping[str, Any]
    reference: str
    version: Version
    acts: Sequence[PrintedAct]
    address: str = ""
    names: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None

    @property
    def file_name(self) -> str:
        """Name of the file: the id and the version."""
        return f"{self.object_id}-v{self.version.number}.pdf"


def print_text(node: Node, text: PrintedText, lang: str) -> bytes:
    """The PDF of a text, its words in one of the three languages.

    Raises:
        UnavailableError: ``pdf_missing``, ``pdf_busy``, ``pdf_failed``.
    """
    prover = Prover(node, known_keys())
    files = list(_list_files(prover, text.acts))
    with translation.override(lang):
        html = render_to_string("pdf/text.html", _describe(node, text, lang, prover, files))
    return press().print(html, files)


def acts_of(node: Node, version: Version) -> list[SealedAct]:
    """The opener of a version and its signings, by code."""
    placed = [version.openers[0], *(version.signings[code] for code in sorted(version.signings))]
    return [_read(node, each) for each in placed]


def _read(node: Node, placed: PlacedAct) -> SealedAct:
    return node.store.acts.at(placed.log, placed.leaf_index)


def _describe(
    node: Node, text: PrintedText, lang: str, prover: Prover, files: Sequence[EmbeddedFile]
) -> dict[str, Any]:
    version, names = text.version, _name_all() if text.names is None else text.names
    data = (version.manifest.data or {}) if text.data is None else text.data
    title = read_texts(data.get("title")) or text.title
    shown, title_lang, _ = pick(title, lang)
    now, rows = node.clock.now(), make_rows(data, version.manifest.parts, node.blobs)
    state = state_at(version, now)
    return {
        "lang": lang,
        "direction": direction_of(lang),
        "text": text,
        "title": title,
        "title_text": shown or text.object_id,
        "title_lang": title_lang or lang,
        "titles": title,
        "kind": name_kind(text.object_kind),
        "state": state_word(str(state)).word,
        "is_suspended_in_part": is_suspended_in_part(version, now),
        "is_signed": state not in _OPEN,
        "is_demonstration": settings.MITHAQ_IS_DEMONSTRATION or data.get("demonstration") is True,
        "reference": text.reference,
        "version": version,
        "signatories": _list_signatories(version, names),
        "rows": rows,
        "still": find_still(version, [row.anchor for row in rows], now),
        "attachments": list_attachments(version.manifest.parts, node.blobs),
        "panels": [_panel(prover, each, version, names) for each in text.acts],
        "commands": _commands(files),
        "address": text.address,
    }


def _name_all() -> dict[str, Any]:
    return {code: party.name for code, party in parties().items()}


def _list_signatories(version: Version, names: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "code": each.administration,
            "name": names.get(each.administration, each.administration),
            "post": each.post,
            "at": version.signings[each.administration].created_at
            if each.administration in version.signings
            else None,
        }
        for each in version.manifest.signatories
    ]


def _panel(prover: Prover, printed: PrintedAct, version: Version, names: Mapping[str, Any]) -> dict[str, Any]:
    parsed = printed.act.parsed
    panel: ProofPanel = prover.panel(printed.act, version.content_hash, is_clear=printed.is_clear)
    return {
        "shown": panel,
        "word": act_word(parsed.kind).word,
        "party": names.get(parsed.author, parsed.author),
    }


# The files that go with it


def _list_files(prover: Prover, acts: Sequence[PrintedAct]) -> Iterable[EmbeddedFile]:
    """The proof of each act, and the policy of each log."""
    policies: dict[str, EmbeddedFile] = {}
    for each in acts:
        parsed = each.act.parsed
        if not each.is_clear:
            continue
        try:
            proof = prover.proof_file(parsed.id).encode()
            policy = prover.policy(each.act.log).encode()
        except MissingError:
            continue  # nobody has cosigned it yet, or its keys are gone: the panel says so
        yield EmbeddedFile(f"{parsed.id}.tlog-proof", f"{parsed.kind} {parsed.author}", proof)
        policies[parsed.author] = EmbeddedFile(f"{parsed.author}.policy", f"policy {parsed.author}", policy)
    yield from policies.values()


def _commands(files: Sequence[EmbeddedFile]) -> list[str]:
    """One for each proof: its author stands in the description."""
    return [
        f"mithaq proof verify {each.name} --policy {each.description.split()[-1]}.policy"
        for each in files
        if each.name.endswith(".tlog-proof")
    ]
