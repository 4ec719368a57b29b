"""``mithaq sync``: bring this node in step with its partners now."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.errors import MissingError, MithaqError
from mithaq.main.cli.app import output_of
from mithaq.main.cli.failure import OK
from mithaq.main.cli.output import Output

if TYPE_CHECKING:
    from mithaq.node.node import Node
    from mithaq.node.records import Partner

SCHEMA = "mithaq/sync/1"
COLUMNS = ("origin", "from_size", "to_size", "applied", "parked", "cosigned_size", "duration_ms")
WATCH_EVERY_S = 1.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sync")(run)


def run(
    ctx: typer.Context,
    origin: Annotated[str | None, typer.Argument(help="A partner's origin or code; all by default.")] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Again and again, until --timeout-s or Ctrl-C.")
    ] = False,
    timeout_s: Annotated[float | None, typer.Option("--timeout-s", min=0, help="End of --watch.")] = None,
) -> int:
    """Pull, verify, apply and cosign; through the running service, else in this process."""
    from mithaq.main.cli.homes import is_served, prepare, reading, writing

    output = output_of(ctx)
    folder = prepare(output)
    ends_at_s = None if timeout_s is None else time.monotonic() + timeout_s
    if is_served(folder):
        with reading(output) as node:
            pulls = _ServedPulls(folder, _chosen(node, origin))
            return _repeat(output, pulls, watch, ends_at_s)
    with writing(output) as node:
        return _repeat(output, _OwnPulls(folder, node, _chosen(node, origin)), watch, ends_at_s)


def _chosen(node: "Node", name: str | None) -> "list[Partner]":
    partners = node.store.roster.partners()
    chosen = [one for one in partners if name in (None, one.origin, one.code)]
    if not chosen:
        raise MissingError(
            "partner", "no partner of that name is on the roster" if name else "the roster is empty"
        )
    return chosen


class _ServedPulls:
    """Asks the service."""

    def __init__(self, folder: Path, partners: "list[Partner]") -> None:
        self._folder = folder
        self._partners = partners

    def __iter__(self) -> Iterator[dict[str, Any] | MithaqError]:
        from mithaq.main.cli.homes import ask

        for partner in self._partners:
            started_s = time.monotonic()
            try:
                answer = ask(self._folder, {"do": "sync", "origin": partner.origin})
            except MithaqError as error:
                yield type(error)(error.code, f"{partner.code}: {error.message}")
                continue
            for pulled in answer["pulled"]:
                yield {**pulled, "duration_ms": _ms_since(started_s)}


class _OwnPulls:
    """Pulls in this process."""

    def __init__(self, folder: Path, node: "Node", partners: "list[Partner]") -> None:
        from mithaq.main.wiring.peers import Peers

        peers = Peers(node, folder)
        self._node = node
        self._pullers = [(one, peers.puller(one, peers.client(one))) for one in partners]

    def __iter__(self) -> Iterator[dict[str, Any] | MithaqError]:
        from mithaq.main.wiring.pull_threads import describe

        for partner, puller in self._pullers:
            started_s = time.monotonic()
            try:
                result = puller.pull(0)
            except MithaqError as error:
                yield type(error)(error.code, f"{partner.code}: {error.message}")
                continue
            self._node.store.roster.set_contact(partner.code, self._node.clock.now(), "ok")
            yield {**describe(result), "duration_ms": _ms_since(started_s)}


def _ms_since(started_s: float) -> int:
    return round((time.monotonic() - started_s) * 1000)


def _repeat(output: Output, pulls: "_ServedPulls | _OwnPulls", watch: bool, ends_at_s: float | None) -> int:
    while True:
        code = _once(output, pulls)
        if not watch or (ends_at_s is not None and time.monotonic() >= ends_at_s):
            return code
        try:
            time.sleep(WATCH_EVERY_S)
        except KeyboardInterrupt:
            return code


def _once(output: Output, pulls: "_ServedPulls | _OwnPulls") -> int:
    """One round; the worst exit code of it. A partner that fails does not stop the others."""
    worst, records = OK, []
    for found in pulls:
        if isinstance(found, MithaqError):
            worst = max(worst, output.fail(found))
        else:
            records.append(found)
    output.show_all(SCHEMA, records, COLUMNS)
    return worst
