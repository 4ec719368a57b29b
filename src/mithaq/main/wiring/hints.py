"""Hints: wake partners that have no long poll open here. At most one a second and partner."""

import threading
from concurrent.futures import ThreadPoolExecutor

from mithaq.adapters.http.client import HttpPeerClient
from mithaq.core.types import TreeSize
from mithaq.errors import MithaqError
from mithaq.main.wiring.peers import Peers
from mithaq.node.node import Node

PAUSE_S = 1.0


class HintSender:
    """Sends hints beside the writer; one that is lost costs at most a poll."""

    def __init__(self, node: Node, peers: Peers) -> None:
        self._node = node
        self._peers = peers
        self._clients: dict[str, HttpPeerClient] = {}
        self._grown = threading.Event()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="hint")
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
        node.announcer.listen(self._note)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._grown.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for client in self._clients.values():
            client.close()

    def _note(self, tree_size: TreeSize) -> None:
        self._grown.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._grown.wait()
            self._grown.clear()
            # A partner in its long poll has heard already; give it the moment to come back for more.
            self._stopping.wait(PAUSE_S)
            if not self._stopping.is_set():
                self._try_to_send()

    def _try_to_send(self) -> None:
        try:
            self._send_all()
        except MithaqError:
            return  # the roster cannot be read at this moment; they poll

    def _send_all(self) -> None:
        size = self._node.announcer.tree_size
        for partner in self._node.store.roster.partners():
            if self._node.announcer.is_waiting(partner.code):
                continue
            if partner.code not in self._clients:
                self._clients[partner.code] = self._peers.client(partner)
            self._pool.submit(self._send, self._clients[partner.code], size)

    def _send(self, client: HttpPeerClient, size: TreeSize) -> None:
        try:
            client.hint(self._node.identity.origin, size, "normal")
        except MithaqError:
            return  # it polls
