"""Real homes and real node processes for the fault tests: make, serve, kill, ask, look inside."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mithaq.adapters.clock import SystemClock
from mithaq.adapters.entropy import SystemEntropy
from mithaq.core.encoding import make_uuid7
from mithaq.errors import MithaqError
from mithaq.main.card import Card, parse_card
from mithaq.main.enrolment import add_partner, build_card, create_node, load_own_root
from mithaq.main.home import Home, load_choices
from mithaq.main.settings import make_databases
from mithaq.main.wiring.control import ControlClient
from mithaq.node.draft import Draft
from mithaq.node.node import Appended
from tests.forks import Program, make_environment
from tests.integration.database import copy_sqlite, migrate_databases, migrated_sqlite, use_databases

PATIENCE_S = 60.0
"""How long a condition is waited for before a test gives up; nothing is asserted about speed."""

clock, entropy = SystemClock(), SystemEntropy()


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], what: str, pause_s: float = 0.01) -> Any:
    """Poll until the condition holds; answers what it gave."""
    end_s = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        if time.monotonic() > end_s:
            raise AssertionError(f"waited {PATIENCE_S:.0f} s in vain for {what}")
        time.sleep(pause_s)
    return found


def end_with_parent() -> list[str]:
    """Goes before a command that is to end with this process, also when this one is killed."""
    return ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []


@contextmanager
def looking_into(home: Path) -> Iterator[Any]:
    """The store of a home, opened in this process beside whoever serves it."""
    from mithaq.adapters.store.store import DatabaseStore

    choices = load_choices(Home(home))
    with use_databases(make_databases(home, dict(choices.tables))):
        yield DatabaseStore(choices.identity.code, choices.identity.origin)


def make_home(home: Path, code: str, port: int, tables: Mapping[str, Any] | None = None) -> Card:
    """A new node in a folder; answers its card."""
    from mithaq.adapters.store.store import create_own_log

    url = f"http://127.0.0.1:{port}"
    choices = create_node(home, code, code.upper(), url, clock=clock, entropy=entropy, tables=tables)
    if "database" not in (tables or {}):
        copy_sqlite(migrated_sqlite(), home)
    with looking_into(home) as store:
        migrate_databases()
        create_own_log(choices.identity.code, choices.identity.origin)
        store.roster.add_root(choices.identity.code, 1, load_own_root(home))
    return parse_card(build_card(home))


def enrol(home: Path, card: Card) -> None:
    """Put a partner on the roster of a home."""
    own = load_choices(Home(home)).identity.code
    with looking_into(home) as store, store.transaction():
        add_partner(store.roster, store.followed, card, card.fingerprint, own_code=own)


def make_draft(text: str, recipients: Sequence[str]) -> Draft:
    """A note that nobody has to answer."""
    return Draft(
        {
            "kind": "note.send",
            "id": make_uuid7(clock.now(), entropy.random_bytes(10)),
            "priority": "normal",
            "actor": {"post": "desk", "holder": "desk-1"},
            "object_kind": "requests.spontaneous_information",
            "object_v": 1,
            "subject": {"fr": "essai"},
            "lang": ["fr"],
            "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"},
            "body": {"expects": "receipt", "text": text},
        },
        tuple(recipients),  # type: ignore[arg-type]
    )


@dataclass
class Ack:
    """What a node has acknowledged."""

    act_id: str
    leaf_index: int
    tree_size: int


@dataclass
class NodeProcess:
    """One home and the process that serves it at the moment."""

    home: Path
    port: int
    process: Any = None
    preload: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Of its log."""
        return load_choices(Home(self.home)).identity.origin

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        return int(self.process.pid)

    def start(self) -> None:
        """Serve; returns at once."""
        with self.output_file.open("ab") as output:
            self.process = self.run(output, {**make_environment(), **self.environment})

    def run(self, output: Any, environment: Mapping[str, str]) -> Any:
        """Start the process."""
        return Program(
            self.program(),
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
            preload=self.preload,
        )

    def program(self) -> list[str]:
        """What is run of a Python that has loaded everything."""
        return ["-m", "tests.faults.serve_entry", str(self.home), str(self.port)]

    @property
    def output_file(self) -> Path:
        """What the node says."""
        return self.home.parent / f"{self.home.name}.out"

    def wait_ready(self) -> None:
        """Return once this very process answers on its control socket."""
        wait_until(self.is_ready, f"{self.home.name} to be ready; it said: {self.output()}")

    def is_ready(self) -> bool:
        """Whether the process that was started last answers."""
        try:
            client = ControlClient(self.home)
        except MithaqError:
            if not self.is_alive():
                raise AssertionError(f"{self.home.name} ended: {self.output()}") from None
            return False
        try:
            return bool(client.ask({"do": "ping"})["pid"] == self.pid)
        except (OSError, EOFError):
            return False
        finally:
            client.close()

    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def signer_pids(self) -> list[int]:
        """Its child."""
        try:
            return [
                int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            ]
        except OSError:
            return []

    def kill(self, *, with_signer: bool = False) -> None:
        """``kill -9``; returns when the process is gone."""
        signers = self.signer_pids() if with_signer else []
        self.process.kill()
        for pid in signers:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(PATIENCE_S)

    def output(self) -> str:
        """The last lines that the node wrote."""
        path = self.output_file
        return path.read_text(errors="replace")[-2_000:] if path.exists() else ""

    def close(self) -> None:
        """End everything."""
        if self.is_alive():
            self.kill()

    def send(self, drafts: Sequence[Draft]) -> list[Ack]:
        """Append through the control socket; answers what was acknowledged."""
        client = ControlClient(self.home)
        try:
            found = client.submit(drafts).result()
        finally:
            client.close()
        # What was refused is told apart from what was acknowledged.
        return [Ack(one.act_id, one.leaf_index, one.tree_size) for one in found if isinstance(one, Appended)]


@dataclass
class CommandNode(NodeProcess):
    """A home served by a command of its own, started anew each time."""

    def command(self) -> list[str]:
        """What is run."""
        serve = ["node", "serve", "--bind", f"127.0.0.1:{self.port}"]
        return [*end_with_parent(), sys.executable, "-m", "mithaq", "--home", str(self.home), *serve]

    def run(self, output: Any, environment: Mapping[str, str]) -> Any:
        """Start the process."""
        return subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
        )


@contextmanager
def running_pair(
    folder: Path, tables: Mapping[str, Mapping[str, Any]] | None = None
) -> Iterator[tuple[NodeProcess, NodeProcess]]:
    """``ma-mi`` in ``rabat`` and ``fr-mi`` in ``paris``, enrolled, not yet started."""
    nodes = (NodeProcess(folder / "rabat", free_port()), NodeProcess(folder / "paris", free_port()))
    codes = {"rabat": "ma-mi", "paris": "fr-mi"}
    cards = [
        make_home(node.home, codes[node.home.name], node.port, (tables or {}).get(node.home.name))
        for node in nodes
    ]
    enrol(nodes[0].home, cards[1])
    enrol(nodes[1].home, cards[0])
    try:
        yield nodes
    finally:
        for node in nodes:
            node.close()
