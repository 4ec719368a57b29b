"""The public keys this node knows from root files, for exports, proofs and policies.

Keys come from roots alone: the own one and those of partners, never from a log or a message.

Spec: docs/spec 4.3, 6.2.
"""

from collections.abc import Iterable

from mithaq.core.acts.roots import Role, Root, parse_signed_root
from mithaq.core.keys import VerifierKey
from mithaq.core.log.policy import Policy, PolicyGroup, PolicyLog, PolicyWitness
from mithaq.core.types import Origin
from mithaq.errors import MissingError
from mithaq.node.node import Node

QUORUM = b"cosigners"
"""Name of the group in a policy made here: any one of the cosigners."""

_COSIGNING = (Role.MIRROR, Role.WITNESS)


class RosterKeys:
    """Keys of the own administration and of every partner, as their newest roots give them."""

    def __init__(self, node: Node) -> None:
        self._roots = _read_roots(node)

    def log_keys(self, origin: Origin) -> tuple[VerifierKey, ...]:
        """Keys of a log, retired ones too.

        Raises:
            MissingError: ``origin``; no root names that log.
        """
        for root in self._roots:
            if root.origin == origin:
                return tuple(key.to_verifier() for key in root.keys(Role.LOG))
        raise MissingError("origin", "no administration on the roster has that log")

    def cosigner_keys(self) -> tuple[VerifierKey, ...]:
        """Mirror and witness keys of everyone."""
        return _cosigner_keys(self._roots)

    def policy(self, origin: Origin) -> Policy:
        """Trust one log once somebody other than its own administration has cosigned it.

        Raises:
            MissingError: ``origin``, or ``cosigner`` when nobody else is known: a policy that asks for
                no cosigner would trust the log on its own word.
        """
        logs = tuple(PolicyLog(key) for key in self.log_keys(origin))
        others = [root for root in self._roots if root.origin != origin]
        witnesses = _name_witnesses(_cosigner_keys(others))
        if not witnesses:
            raise MissingError("cosigner", "nobody on the roster could have cosigned that log")
        group = PolicyGroup(QUORUM, 1, tuple(witness.name for witness in witnesses))
        return Policy(logs, witnesses, (group,), QUORUM)


def _cosigner_keys(roots: Iterable[Root]) -> tuple[VerifierKey, ...]:
    return tuple(key.to_verifier() for root in roots for role in _COSIGNING for key in root.keys(role))


def _read_roots(node: Node) -> list[Root]:
    roster = node.store.roster
    documents = roster.root_versions(node.identity.code)[-1:]
    documents += [partner.root for partner in roster.partners() if partner.root]
    return [parse_signed_root(document).root for document in documents]


def _name_witnesses(keys: Iterable[VerifierKey]) -> tuple[PolicyWitness, ...]:
    """The name of its key; with the id where two keys have one name."""
    taken: set[str] = set()
    witnesses = []
    for key in keys:
        name = key.name if key.name not in taken else f"{key.name}+{key.key_id.hex()}"
        taken.add(name)
        witnesses.append(PolicyWitness(name.encode(), key))
    return tuple(witnesses)
