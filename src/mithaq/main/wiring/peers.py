"""Clients and pullers of the partners on the roster."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mithaq.adapters.http.client import Caller, HttpPeerClient, address_of
from mithaq.adapters.keystore.key_files import load_key
from mithaq.main.home import Home
from mithaq.node.clock_check import ClockCheck
from mithaq.node.node import Node
from mithaq.node.partner.apply import PageApplier
from mithaq.node.partner.cosign import Cosigner
from mithaq.node.partner.follow import Follower
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.partner.pull import Puller
from mithaq.node.read.projection import Projector
from mithaq.node.records import Partner


class Peers:
    """Makes what a node needs to talk to one partner."""

    def __init__(self, node: Node, folder: Path) -> None:
        home = Home(folder)
        self._node = node
        self._key = load_key(home.transport_key).key
        self._certificate = home.client_certificate
        self._clock_check = ClockCheck(node.store, node.clock)
        self._projector = Projector(node.store, node.registry, node.identity.code)

    def client(self, partner: Partner) -> HttpPeerClient:
        """A client of that partner's exchange interface."""
        is_tls = partner.base_url.startswith("https:")
        caller = Caller(self._key, self._certificate if is_tls else None)
        return HttpPeerClient(address_of(partner), caller, self._node.clock, self._node.entropy)

    def puller(self, partner: Partner, client: HttpPeerClient) -> Puller:
        """A puller of that partner's log."""
        keys = PartnerKeys(self._node, partner.code)
        return Puller(
            self._node,
            partner.origin,
            client,
            keys,
            Follower(self._node, client, keys),
            PageApplier(self._node, self._projector, keys),
            Cosigner(self._node, self._clock_check),
            ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"fetch-{partner.code}"),
        )
