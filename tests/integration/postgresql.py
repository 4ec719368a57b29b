"""A private PostgreSQL server from Debian's packages: made in a temporary folder, gone with the session."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

BINARIES = Path("/usr/lib/postgresql")
START_TIMEOUT_S = 60
UNPRIVILEGED = ("postgres", "nobody")
"""The server refuses to run as root; the first of these that exists runs it then."""

# Two nodes on one server: each may open a connection a thread, some 80.
SERVER_SETTINGS = {
    "max_connections": "300",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
    "max_wal_size": "256MB",
}

WATCHDOG = """
import shutil, subprocess, sys
sys.stdin.read()
subprocess.run(sys.argv[2:])
shutil.rmtree(sys.argv[1], ignore_errors=True)
"""
"""Waits for the end of its stdin, then stops the server and removes its folder."""


@dataclass(frozen=True)
class Server:
    """A running server; the superuser ``mithaq`` needs no password."""

    binaries: Path
    folder: Path
    port: int
    prefix: tuple[str, ...]
    numbers: "count[int]"

    def address(self, name: str) -> dict[str, Any]:
        """The ``[database]`` table of ``node.toml`` for a database on this server."""
        return {
            "engine": "postgresql",
            "name": name,
            "host": "127.0.0.1",
            "port": self.port,
            "user": "mithaq",
        }

    def databases(self, name: str) -> dict[str, dict[str, Any]]:
        """Both aliases as the settings of a node make them."""
        from mithaq.main.settings import make_databases

        return make_databases(Path(), {"database": self.address(name)})

    def create_database(self) -> str:
        """A new empty database; answers its name."""
        name = f"test_{next(self.numbers)}"
        self.run_sql(f"CREATE DATABASE {name}")
        return name

    def create_migrated(self) -> str:
        """A new database with the tables of a node; answers its name."""
        name = f"test_{next(self.numbers)}"
        self.run_sql(f"CREATE DATABASE {name} TEMPLATE {_migrated(self)}")
        return name

    def run_sql(self, sql: str) -> None:
        """One statement outside any transaction."""
        import psycopg

        address = f"host=127.0.0.1 port={self.port} user=mithaq dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql)

    def set_parameter(self, name: str, value: str | None) -> None:
        """Change a setting of the whole server; None takes the change back. Returns once it is in force."""
        import psycopg

        self.run_sql(
            f"ALTER SYSTEM RESET {name}" if value is None else f"ALTER SYSTEM SET {name} = '{value}'"
        )
        self.control("reload")
        address = f"host=127.0.0.1 port={self.port} user=mithaq dbname=postgres"
        while True:
            with psycopg.connect(address, autocommit=True) as connection:
                row = connection.execute(
                    "SELECT current_setting(%s), boot_val FROM pg_settings WHERE name = %s", (name, name)
                )
                current, default = row.fetchone() or ("", "")
                if current == (value or default):
                    return

    def restart(self, mode: str = "immediate") -> None:
        """Stop (``immediate``: as a crash would) and start again on the same port."""
        self.control("restart", "-m", mode)

    def control(self, *arguments: str) -> None:
        """``pg_ctl`` on this server."""
        log = self.folder / "server.log"
        command = [str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-l", str(log)]
        run([*self.prefix, *command, "-t", str(START_TIMEOUT_S), *arguments], self.folder)


@cache
def _migrated(server: Server) -> str:
    """A migrated database that nobody uses: made once a server, copied in a tenth of the time."""
    from tests.integration.database import migrate_databases, use_databases

    name = server.create_database()
    with use_databases(server.databases(name)):
        migrate_databases()
    return name


def run(command: Sequence[str], folder: Path) -> None:
    # A server that inherits a pipe keeps it open, and whoever reads it waits for ever: a file instead.
    with (folder / "command.log").open("wb") as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, timeout=120)
    if done.returncode:
        raise RuntimeError((folder / "command.log").read_text(errors="replace")[-500:])


def find_binaries() -> Path:
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    if not found:
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    return found[-1].parent


def find_prefix(folder: Path) -> tuple[str, ...]:
    """What runs a command as somebody who may run the server, and the folder made theirs."""
    if os.getuid() != 0:
        return ()
    import pwd

    for name in UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        if shutil.which("setpriv"):
            ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
            return ("setpriv", *ids, "--")
        if shutil.which("su"):
            return ("su", "-s", "/bin/sh", name, "-c", 'exec "$0" "$@"', "--")
    pytest.skip("PostgreSQL does not run as root, and there is nobody else to run it")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_cluster(server: Server) -> None:
    # Not the C locale: an order that hangs on the language of the server must show in the tests.
    locale = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US", "--encoding=UTF8")
    command = [
        str(server.binaries / "initdb"),
        "-D",
        str(server.folder / "data"),
        "--username=mithaq",
        "--auth=trust",
    ]
    run([*server.prefix, *command, "--data-checksums", "--no-sync", *locale], server.folder)
    lines = {
        **SERVER_SETTINGS,
        "listen_addresses": "127.0.0.1",
        "port": str(server.port),
        "unix_socket_directories": str(server.folder),
    }
    with (server.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in lines.items())


@contextmanager
def running_server() -> Iterator[Server]:
    """A server for the time of the context; a skip where none can be started."""
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="mithaq-pg-"))
    try:
        folder.chmod(0o755)
        server = Server(binaries, folder, free_port(), find_prefix(folder), count(1))
        try:
            make_cluster(server)
            server.control("start")
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            pytest.skip(f"PostgreSQL cannot be started here: {error}")
        with watched(server):
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def watched(server: Server) -> Iterator[None]:
    """Stop the server afterwards, also when this process is killed: then the pipe ends all the same."""
    stop = [
        *server.prefix,
        str(server.binaries / "pg_ctl"),
        "-D",
        str(server.folder / "data"),
        "-m",
        "immediate",
        "stop",
    ]
    watchdog = subprocess.Popen(
        [sys.executable, "-c", WATCHDOG, str(server.folder), *stop],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )
    try:
        yield
    finally:
        watchdog.communicate(timeout=START_TIMEOUT_S)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """One server a test process. Group the tests that use it, so that one process has it."""
    with running_server() as server:
        yield server
