"""Root versions of a partner: fetched in order, verified from the pin, never backwards.

Spec: docs/spec 6.2.
"""

from collections.abc import Sequence

from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.root_chain import is_root_expired, verify_next_root
from mithaq.core.acts.roots import Root, SignedRoot, parse_signed_root
from mithaq.core.types import AdministrationCode
from mithaq.node.draft import Draft, new_act_id
from mithaq.node.node import Node
from mithaq.node.partner.partner_keys import latest_root
from mithaq.node.ports import PeerClient
from mithaq.node.records import Alarm

ASK_EVERY_S = 600.0
EXPIRED = "root_expired"


LOGGED_ROOT = "logged_root"
"""Setting: version of the own root that stands in the own log."""


def draft_root(node: Node, signed: SignedRoot, recipients: Sequence[AdministrationCode]) -> Draft:
    """The ``key.root`` act of an own root version; it carries its own threshold signatures."""
    fields = {
        "kind": str(Kind.KEY_ROOT),
        "id": new_act_id(node.clock.now(), node.entropy.random_bytes(10), node.identity.origin),
        "priority": "normal",
        "actor": node.machine_actor(),
        "body": signed.to_body(),
    }
    return Draft(fields, tuple(sorted(recipients)))


class RootWatch:
    """Asks one partner for newer root versions now and then, and at once when a key was not known."""

    def __init__(self, node: Node, code: AdministrationCode, client: PeerClient) -> None:
        self._node = node
        self._code = code
        self._client = client
        self._asked_s: float | None = None

    def ask_soon(self) -> None:
        """A signature was by no known key: the partner may have a newer root."""
        self._asked_s = None

    def refresh(self) -> None:
        """Fetch N+1, N+2, ... until there is none; an expired last one is alarmed, reading goes on.

        Raises:
            RefusedError: a version that does not follow from the one before; nothing of it is stored.
        """
        now_s = self._node.clock.monotonic_s()
        if self._asked_s is not None and now_s - self._asked_s < ASK_EVERY_S:
            return
        self._asked_s = now_s
        trusted = latest_root(self._node, self._code)
        while (data := self._client.root(trusted.version + 1)) is not None:
            trusted = verify_next_root(trusted, parse_signed_root(data))
            with self._node.store.transaction():
                self._node.store.roster.add_root(self._code, trusted.version, data)
        self._judge_expiry(trusted)

    def _judge_expiry(self, root: Root) -> None:
        alarms = self._node.store.alarms
        if is_root_expired(root, self._node.clock.now()):
            alarms.raise_alarm(Alarm(EXPIRED, self._code, self._node.clock.now()))
        else:
            alarms.clear(EXPIRED, self._code)
