"""What is asked before this node puts a text forward, signs or suspends it, with all that it holds."""

from collections.abc import Mapping
from typing import Any, Final

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import read_manifest
from mithaq.core.instruments.state import InstrumentState
from mithaq.errors import MalformedError
from mithaq.node.node import Node
from mithaq.node.read.whole_data import read_data
from mithaq.registers.agreements.reading.rows import read_initiallings
from mithaq.registers.agreements.reading.suspending import articles_that_apply
from mithaq.registers.agreements.reading.texts import read_agreement
from mithaq.registers.agreements.rules import REGISTER
from mithaq.registers.agreements.rules.kinds import TEXT_KINDS
from mithaq.registers.agreements.rules.signing import check_signable
from mithaq.registers.agreements.rules.suspending import check_scope

_CHECKS: Final = {kind.name: kind.check for kind in REGISTER.kinds}


class AgreementsGuard:
    """Implements ``node.registry.ActGuard``."""

    def check_act(self, node: Node, state: InstrumentState, kind: str, body: Mapping[str, Any]) -> None:
        """A text put forward has the fields of its kind, long ones too; one that is signed stands whole.

        Articles that are suspended are there.

        Raises:
            MalformedError: a code that begins with ``agreement_``. MissingError: ``blob``, ``unknown_part``.
            ConflictError: ``translation_missing``, ``translation_stale``, ``concordance_missing``.
        """
        if kind in (InstrumentKind.PROPOSE, InstrumentKind.COUNTER):
            _check_text(node, body)
        elif kind == InstrumentKind.SIGN:
            _check_signing(node, state, str(body.get("content_hash")))
        elif kind == InstrumentKind.SUSPEND and body.get("scope"):
            _check_suspension(node, state, body)


def _check_text(node: Node, body: Mapping[str, Any]) -> None:
    members = body.get("manifest")
    if not isinstance(members, Mapping):
        raise MalformedError("bad_member", "a proposal carries a manifest")
    manifest = read_manifest(members)
    check = _CHECKS.get(manifest.object_kind)
    if check is not None:
        check(read_data(manifest, node.blobs))


def _check_signing(node: Node, state: InstrumentState, content_hash: str) -> None:
    version = state.find(content_hash)
    if version is None or version.manifest.object_kind not in TEXT_KINDS:
        return
    initiallings = [(each.sender, each.data) for each in read_initiallings([version.manifest.object_id])]
    check_signable(version.manifest, read_data(version.manifest, node.blobs), initiallings)


def _check_suspension(node: Node, state: InstrumentState, body: Mapping[str, Any]) -> None:
    version, scope = state.find(str(body.get("content_hash"))), body.get("scope")
    if version is None or version.manifest.object_kind not in TEXT_KINDS or not isinstance(scope, list):
        return
    text = read_agreement(node, version.manifest.object_id)
    check_scope(scope, [str(each.get("eid")) for each in articles_that_apply(node, text)])


GUARD: Final = AgreementsGuard()
