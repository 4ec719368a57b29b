"""Later disclosure: the older act on the line of a ``release`` act, checked against its old leaf.

Spec: docs/spec 8.4.7.
"""

from mithaq.core.acts.commitment import commit_act
from mithaq.core.acts.envelope import Envelope, parse_envelope
from mithaq.core.acts.kinds import is_post_signed
from mithaq.core.federation.page import ActLine
from mithaq.core.types import LeafIndex
from mithaq.errors import MalformedError, RefusedError
from mithaq.node.partner.leaves import LeafLookup, check_sections
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.records import FollowedHead, SealedAct


def read_disclosed(
    line: ActLine, release: Envelope, head: FollowedHead, leaves: LeafLookup, keys: PartnerKeys
) -> SealedAct | None:
    """The older act that a ``release`` line carries; None when it carries none (erased since).

    Raises:
        MalformedError: ``release_body``, or as ``parse_envelope``.
        RefusedError: ``disclosed_mismatch``, ``wrong_author``, ``section_mismatch``, a bad signature.
    """
    content = line.disclosed
    if content is None:
        return None
    index = release.body.get("index")
    if not isinstance(index, int) or not 0 <= index < line.leaf_index:
        raise MalformedError("release_body", "a release names the index of the older act that it discloses")
    commitment = commit_act(content.salt, content.envelope)
    if commitment != leaves.commitment(LeafIndex(index)) or release.body.get("c") != commitment.hex():
        raise RefusedError("disclosed_mismatch", "the disclosed act is not the one that its leaf commits to")
    older = parse_envelope(content.envelope)
    if older.log != head.origin or older.author != head.administration:
        raise RefusedError("wrong_author", "the disclosed act is of another log or author")
    if is_post_signed(older.kind, older.object_kind):
        keys.check_post_signature(older, content.envelope, content.signatures, LeafIndex(index))
    return SealedAct(
        head.origin,
        LeafIndex(index),
        commitment,
        content.salt,
        content.envelope,
        content.signatures,
        check_sections(older, content.sections),
        parsed=older,
    )
