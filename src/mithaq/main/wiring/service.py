"""Everything that ``node serve`` runs: HTTP, the writer, a puller for each partner, hints, self-check.

One process with threads; the signer is its child. A failed write ends the process and starts it anew
(spec 7.1.8): nothing is retried in place.
"""

import logging
import os
import shutil
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from mithaq.adapters.http.certificate import Certificate
from mithaq.adapters.http.server import HttpServer, ServerSettings
from mithaq.adapters.keystore.process import SignerProcess
from mithaq.adapters.process_lock import ProcessLock
from mithaq.adapters.store.engine import check_engine, close_connections, take_sequencer_lock
from mithaq.core.acts.root_chain import check_root_expiry
from mithaq.core.acts.roots import parse_signed_root
from mithaq.errors import ConflictError, MithaqError, UnavailableError
from mithaq.main.certificates import renew_before_end
from mithaq.main.home import Home
from mithaq.main.wiring.access_thread import keep_access_log
from mithaq.main.wiring.build import open_node
from mithaq.main.wiring.collector import calm_collector
from mithaq.main.wiring.control import ControlServer
from mithaq.main.wiring.control_calls import ControlCalls
from mithaq.main.wiring.digest_thread import tell_outside
from mithaq.main.wiring.facts_thread import keep_facts
from mithaq.main.wiring.hints import HintSender
from mithaq.main.wiring.index_thread import IndexThread
from mithaq.main.wiring.peers import Peers
from mithaq.main.wiring.pull_threads import PullThreads
from mithaq.main.wiring.warm_up import warm_up
from mithaq.main.wiring.writer import make_sequencer
from mithaq.node.append.append_pipeline import AppendPipeline
from mithaq.node.disk import DiskWatch
from mithaq.node.node import Node
from mithaq.node.partner.partner_keys import latest_root
from mithaq.node.partner.reconsider import reconsider_unknown
from mithaq.node.partner.roots import LOGGED_ROOT, draft_root
from mithaq.node.read.projection import Projector
from mithaq.node.restore.restore_guard import RestoreGuard
from mithaq.node.restore.start_check import SelfCheck, check_own_tree

log = logging.getLogger("mithaq.service")

SELF_CHECK_AFTER_S = 60.0
SELF_CHECK_EVERY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where to listen.

    Attributes:
        host, port: ``port`` 0 takes a free one.
        certificate: TLS certificate of the node; None for plain HTTP on loopback.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    certificate: Certificate | None = None


class Service:
    """A running node. ``start`` returns when it answers; ``wait`` blocks until it is told to stop."""

    def __init__(self, folder: Path, options: ServeOptions) -> None:
        self._home = Home(folder)
        self._options = options
        self._stopping = threading.Event()
        self._lock = ProcessLock(self._home.sequencer_lock)
        self.is_failed = False

    def start(self) -> str:
        """Check, recover, and answer; gives the address.

        Raises:
            ConflictError: ``sequencer_running``.
            RefusedError: ``engine_settings``, ``damaged_log``, keys that anyone may read.
        """
        self._lock.acquire()
        self._signer = SignerProcess(self._home.folder)
        self.node = node = open_node(self._home.folder, self._signer)
        self._renew_certificates(node)
        check_engine()
        take_sequencer_lock()
        check_own_tree(node)
        self._sequencer = make_sequencer(node)
        self._guard = RestoreGuard(node, self._sequencer)
        self._catch_up()
        reconsider_unknown(node, Projector(node.store, node.registry, node.identity.code))
        self._disk = DiskWatch(self._free_share)
        self._queue = AppendPipeline(self._sequencer, self._check_gate)
        node.appender = self._queue
        self._peers = Peers(node, self._home.folder)
        warm_up(node, self._sequencer)
        self._start_http(node)
        self._writer = threading.Thread(target=self._write, name="writer", daemon=True)
        self._writer.start()
        self._log_root()
        self._pullers = PullThreads(node, self._peers, self._guard, self._disk)
        self._pullers.start()
        self._hints = HintSender(node, self._peers)
        self._index = IndexThread(node)
        folder = self._home.folder
        started = (tell_outside(node, folder), keep_access_log(node, folder), keep_facts())
        self._repeated = [each for each in started if each is not None]
        calls = ControlCalls(node, self._pullers, self.reload)
        self._control = ControlServer(self._home.folder, calls, at_end=close_connections)
        self._control.start()
        threading.Thread(target=self._check_regularly, name="self-check", daemon=True).start()
        calm_collector()
        host, port = self._http.address
        scheme = "http" if self._options.certificate is None else "https"
        return f"{scheme}://{host}:{port}"

    def wait(self) -> None:
        """Block until ``stop`` or until the writer failed."""
        self._stopping.wait()
        self._shut_down()

    def stop(self) -> None:
        """Ask the service to end."""
        self._stopping.set()

    def reload(self) -> None:
        """Take notice of a changed roster."""
        self._http.trust_clients_of(self._client_authorities())
        self._log_root()
        self._pullers.refresh()

    def _renew_certificates(self, node: Node) -> None:
        """A start is when certificates are renewed; until one, ``node doctor`` warns of their end."""
        try:
            if renew_before_end(self._home, node.identity, node.clock, node.entropy):
                log.info("the certificates of this node are renewed")
        except MithaqError as error:
            log.warning("the certificates of this node cannot be renewed: %s", error)

    def _catch_up(self) -> None:
        try:
            self._sequencer.catch_up()
        except MithaqError as error:
            if error.code != "signer_ahead":
                raise
            self._guard.close("this database is older than what the node has signed")

    def _start_http(self, node: Node) -> None:
        from django.core.wsgi import get_wsgi_application

        from mithaq.web.runtime import set_node

        set_node(node)
        options = self._options
        self._http = HttpServer(
            get_wsgi_application(),
            ServerSettings(options.host, options.port, options.certificate),
            self._client_authorities(),
        )
        self._http.start()

    def _client_authorities(self) -> list[str]:
        return [authority for partner in self.node.store.roster.partners() for authority in partner.tls_ca]

    def _free_share(self) -> float:
        usage = shutil.disk_usage(self._home.folder)
        return usage.free / usage.total

    def _check_gate(self, urgent: bool) -> None:
        """Why no acts are taken now, if so (spec 6.2.6, 7.4, 12.1.4)."""
        if self._guard.is_closed:
            raise ConflictError(
                "guard", "this node was restored and is read-only until a partner has answered"
            )
        if not self._disk.takes_acts(urgent):
            raise UnavailableError("disk_full", "the disk is nearly full; new acts wait", retry_after_s=60)
        check_root_expiry(latest_root(self.node, self.node.identity.code), self.node.clock.now())

    def _log_root(self) -> None:
        """Each version of the own root is an act too, once there is someone to send it to.

        Behind a closed guard, on a full disk or under an expired root it waits for the next start: reading
        goes on all the same.
        """
        node = self.node
        codes = node.store.roster.codes()
        signed = parse_signed_root(node.store.roster.last_root(node.identity.code))
        if not codes or node.store.settings.get(LOGGED_ROOT) == str(signed.root.version):
            return
        try:
            node.append([draft_root(node, signed, codes)])
        except MithaqError as error:
            log.warning("the root file waits for its place in the log: %s", error)
            return
        node.store.settings.set(LOGGED_ROOT, str(signed.root.version))

    def _write(self) -> None:
        try:
            self._queue.run()
        except BaseException:
            log.exception("the writer failed; the process starts anew")
            self.is_failed = True
            self._stopping.set()

    def _check_regularly(self) -> None:
        wait_s = SELF_CHECK_AFTER_S
        while not self._stopping.wait(wait_s):
            try:
                SelfCheck(self.node).run()
            except MithaqError:
                log.exception("the self-check did not end")
            wait_s = SELF_CHECK_EVERY_S

    def _shut_down(self) -> None:
        self.node.announcer.close()
        self._control.close()
        self._pullers.stop()
        self._hints.stop()
        self._index.stop()
        for each in self._repeated:
            each.stop()
        self._queue.close()
        self._http.stop()
        self._writer.join(10)
        self._signer.close()
        self._lock.release()


def restart() -> None:
    """Replace this process by a fresh one with the same arguments."""
    os.execv(sys.executable, [sys.executable, "-m", "mithaq", *sys.argv[1:]])
