"""A version of a text that binds on signature, as the command that puts it forward."""

from collections.abc import Mapping
from typing import Any, Final

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Manifest, Signatory, build_manifest
from mithaq.core.types import AdministrationCode
from mithaq.web.outgoing.commands import ActOnInstrument

ON_SIGNATURE: Final = {"rule": "ON_SIGNATURE"}


def propose(
    object_id: str, kind: str, data: Mapping[str, Any], signers: Mapping[str, str], fields: Mapping[str, Any]
) -> ActOnInstrument:
    """A new text.

    Args:
        object_id: new, or that of the draft it comes from.
        kind: of the instrument.
        data: of the manifest.
        signers: administration -> post that signs.
        fields: of the envelope.
    """
    manifest = _build(object_id, kind, data, signers)
    return _act(InstrumentKind.PROPOSE, manifest, fields)


def counter(
    object_id: str,
    kind: str,
    data: Mapping[str, Any],
    signers: Mapping[str, str],
    fields: Mapping[str, Any],
    *,
    version: int,
    previous: str,
) -> ActOnInstrument:
    """The next version of a text; ``previous`` is the content hash that it answers."""
    manifest = _build(object_id, kind, data, signers, version=version, previous=previous)
    return _act(InstrumentKind.COUNTER, manifest, fields)


def _build(
    object_id: str,
    kind: str,
    data: Mapping[str, Any],
    signers: Mapping[str, str],
    *,
    version: int = 1,
    previous: str | None = None,
) -> Manifest:
    return build_manifest(
        object_id=object_id,
        object_kind=kind,
        object_v=1,
        signatories=[Signatory(AdministrationCode(code), post) for code, post in signers.items()],
        effect=ON_SIGNATURE,
        version=version,
        previous=previous,
        data=data,
    )


def _act(kind: InstrumentKind, manifest: Manifest, fields: Mapping[str, Any]) -> ActOnInstrument:
    return ActOnInstrument(manifest.object_id, kind.value, {"manifest": dict(manifest.members)}, fields)
