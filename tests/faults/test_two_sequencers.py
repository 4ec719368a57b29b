"""Fault 22: two sequencers of one log. The second refuses, and the log stays one."""

import os
import random
import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mithaq.errors import ConflictError, MithaqError
from mithaq.main.home import Home, load_choices
from mithaq.main.settings import make_databases
from tests.integration.database import use_databases

from .judge import check_acts, check_no_fork, leaves_of_own, stored_notes
from .nodes import Ack, NodeProcess, free_port, looking_into, make_draft, make_home, wait_until

SOAK = os.environ.get("MITHAQ_SOAK", "") not in ("", "0")
DOUBLE_STARTS = 1_000 if SOAK else 20
ROUNDS = 100 if SOAK else 10

ENGINES = ["sqlite", "postgresql"]


@pytest.fixture
def tables(request: pytest.FixtureRequest, database_access: None) -> Mapping[str, Any]:
    """Tables of ``node.toml`` for the engine of this test."""
    if request.param == "sqlite":
        return {}
    server = request.getfixturevalue("postgresql_server")
    return {"database": server.address(server.create_migrated())}


@pytest.fixture
def closing() -> Iterator[list[NodeProcess]]:
    """Processes to end with the test."""
    nodes: list[NodeProcess] = []
    yield nodes
    for node in nodes:
        node.close()


def settle(nodes: list[NodeProcess]) -> NodeProcess:
    """Wait until one of two has given up and the other is ready; answers the one that serves."""
    wait_until(lambda: not all(node.is_alive() for node in nodes), "one of two to give up")
    (winner,) = [node for node in nodes if node.is_alive()]
    winner.wait_ready()
    return winner


def check_log(home: Path, acks: list[Ack]) -> None:
    """One history, and every acknowledged act in it."""
    with looking_into(home) as store:
        origin = store.own.head().origin
        check_acts(store, origin, acks)
        check_no_fork(leaves_of_own(store), stored_notes(origin))


@pytest.mark.slow
@pytest.mark.parametrize("tables", ENGINES, indirect=True)
def test_two_starts_on_one_home(
    tmp_path: Path, tables: Mapping[str, Any], closing: list[NodeProcess]
) -> None:
    nodes = [NodeProcess(tmp_path / "rabat", free_port()) for _ in range(2)]
    make_home(nodes[0].home, "ma-mi", nodes[0].port, tables)
    closing += nodes
    acks: list[Ack] = []
    for number in range(DOUBLE_STARTS):
        random.Random(number).shuffle(nodes)
        for node in nodes:
            node.start()
        winner = settle(nodes)
        acks += winner.send([make_draft(f"{number}", [])])
        winner.kill()
    assert nodes[0].output().count("sequencer_running") >= min(DOUBLE_STARTS, 2)
    assert [ack.leaf_index for ack in acks] == list(range(DOUBLE_STARTS))
    check_log(nodes[0].home, acks)


@pytest.mark.slow
@pytest.mark.parametrize("tables", ["postgresql"], indirect=True)
def test_two_machines_on_one_database(
    tmp_path: Path, tables: Mapping[str, Any], closing: list[NodeProcess]
) -> None:
    """No file lock stands between them, and each signer has a head of its own."""
    nodes = [NodeProcess(tmp_path / name, free_port()) for name in ("rabat", "rabat-2")]
    make_home(nodes[0].home, "ma-mi", nodes[0].port, tables)
    shutil.copytree(nodes[0].home, nodes[1].home)
    # Full tiles are files: machines of one log share their folder.
    shutil.rmtree(nodes[1].home / "log")
    (nodes[1].home / "log").symlink_to(nodes[0].home / "log")
    closing += nodes
    acks: list[Ack] = []
    for number in range(DOUBLE_STARTS):
        for node in nodes if number % 2 else reversed(nodes):
            node.start()
        winner = settle(nodes)
        acks += winner.send([make_draft(f"{number}", []) for _ in range(30)])
        winner.kill()
    assert "sequencer_running" in nodes[0].output() + nodes[1].output()
    assert [ack.leaf_index for ack in acks] == list(range(30 * DOUBLE_STARTS))
    check_log(nodes[0].home, acks)


@pytest.mark.parametrize("tables", ENGINES, indirect=True)
def test_a_command_does_not_append_beside_a_sequencer(tmp_path: Path, tables: Mapping[str, Any]) -> None:
    """What holds the lock here is no service: there is nobody to ask on the control socket."""
    from mithaq.adapters.keystore.file_signer import FileSigner
    from mithaq.main.wiring.build import open_node
    from mithaq.main.wiring.writer import writer

    first, second = tmp_path / "rabat", tmp_path / "rabat-2"
    make_home(first, "ma-mi", free_port(), tables)
    if tables:
        shutil.copytree(first, second)
    failures: list[MithaqError] = []

    def append_elsewhere(home: Path) -> None:
        try:
            with writer(open_node(home, FileSigner(home)), home):
                pass
        except MithaqError as error:
            failures.append(error)

    with use_databases(make_databases(first, dict(load_choices(Home(first)).tables))):
        node = open_node(first, FileSigner(first))
        with writer(node, first):
            other = threading.Thread(target=append_elsewhere, args=(second if tables else first,))
            other.start()
            other.join()
            assert [error.code for error in failures] == ["sequencer_running"]
            assert isinstance(failures[0], ConflictError)
            assert node.append([make_draft("still good", [])])[0].leaf_index == 0


@pytest.mark.parametrize("tables", ENGINES, indirect=True)
def test_no_fork_even_without_a_lock(tmp_path: Path, tables: Mapping[str, Any]) -> None:
    """Both locks gone: the database itself lets one history through; a loser ends with an error."""
    from mithaq.adapters.keystore.file_signer import FileSigner
    from mithaq.main.wiring.build import open_node
    from mithaq.main.wiring.writer import make_sequencer
    from mithaq.node.node import Appended

    home = tmp_path / "rabat"
    make_home(home, "ma-mi", free_port(), tables)
    acks: list[Ack] = []
    start = threading.Barrier(2)

    def append(name: str) -> None:
        from django.db import connections

        node = open_node(home, FileSigner(home))
        start.wait()
        for number in range(ROUNDS):
            sequencer = make_sequencer(node)
            try:
                sequencer.catch_up()
                answers = sequencer.append([make_draft(f"{name} {number} {one}", []) for one in range(7)])
            except MithaqError:
                continue  # a real writer ends here
            acks.extend(
                Ack(one.act_id, one.leaf_index, one.tree_size) for one in answers if isinstance(one, Appended)
            )
        connections.close_all()

    with use_databases(make_databases(home, dict(tables))):
        threads = [threading.Thread(target=append, args=(name,)) for name in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        node = open_node(home, FileSigner(home))
        make_sequencer(node).catch_up()
    assert acks
    check_log(home, acks)
