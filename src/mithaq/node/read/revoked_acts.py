"""Acts from which a revocation has taken the ground: they are kept, shown, and count for nothing.

A stolen key is revoked after it was used; what it signed from the revoked size on was applied before anybody
knew. The fold leaves such acts out, on every node that holds the revocation, in whatever order it came.

Spec: docs/spec 6.3.3.
"""

from collections.abc import Iterable, Sequence

from mithaq.core.acts.kinds import Kind, is_post_signed
from mithaq.core.acts.revocations import Revocation, parse_revocation
from mithaq.core.acts.root_chain import verify_post_signature, verify_revocation
from mithaq.core.acts.roots import Root, parse_signed_root
from mithaq.core.types import AdministrationCode, LeafIndex
from mithaq.errors import MalformedError, RefusedError
from mithaq.node.ports import Store
from mithaq.node.records import SealedAct

Revocations = dict[str, Revocation]


def without_revoked(store: Store, acts: Iterable[SealedAct]) -> list[SealedAct]:
    """Acts of an object that count: without those that only revoked keys have signed."""
    acts = list(acts)
    signed = {act.parsed.author for act in acts if _needs_post(act)}
    known = store.roster.revocations_of(sorted(signed)) if signed else {}
    return [act for act in acts if not _needs_post(act) or _counts(store, act, known[act.parsed.author])]


def find_touched(store: Store, acts: Sequence[SealedAct], own_code: AdministrationCode) -> list[str]:
    """Objects to fold anew because of the ``key.revoke`` acts among these; a good own one is kept."""
    touched: list[str] = []
    for act in acts:
        if act.parsed.kind == Kind.KEY_REVOKE:
            touched += _find_signed(store, act, own_code)
    return touched


def _needs_post(act: SealedAct) -> bool:
    return is_post_signed(act.parsed.kind, act.parsed.object_kind)


def _counts(store: Store, act: SealedAct, revoked: Revocations) -> bool:
    if not any(_is_hit(act, revoked.get(one.keyid)) for one in act.signatures):
        return True
    return _is_signed(act, parse_signed_root(store.roster.last_root(act.parsed.author)).root, revoked)


def _is_hit(act: SealedAct, revocation: Revocation | None) -> bool:
    return revocation is not None and act.leaf_index + 1 > revocation.last_good_size


def _is_signed(act: SealedAct, root: Root, revoked: Revocations) -> bool:
    """Whether another key of the post has signed it as well."""
    post = act.parsed.actor.post
    try:
        verify_post_signature(act.envelope, act.signatures, post, root, act.leaf_index, revoked)
    except RefusedError:
        return False
    return True


def _find_signed(store: Store, act: SealedAct, own_code: AdministrationCode) -> list[str]:
    """Objects with an act that the key of this revocation has signed after its last good size."""
    try:
        revocation = parse_revocation(act.parsed.body)
        if act.parsed.author == own_code:
            _keep_own(store, act, revocation)
    except (MalformedError, RefusedError):
        return []  # an own one that no partner will take either
    kept = store.roster.revocations(act.parsed.author).get(revocation.keyid)
    first = LeafIndex(revocation.last_good_size if kept is None else kept.last_good_size)
    return store.acts.objects_signed_by(act.log, revocation.keyid, first)


def _keep_own(store: Store, act: SealedAct, revocation: Revocation) -> None:
    """Judged as partners will: by the own root, and by who may revoke."""
    author = act.parsed.author
    root, known = parse_signed_root(store.roster.last_root(author)).root, store.roster.revocations(author)
    verify_revocation(act.envelope, act.signatures, revocation, root, act.leaf_index, known)
    store.roster.add_revocation(author, revocation)
