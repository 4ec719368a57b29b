"""``mithaq node``: make a node, serve it, look after it."""

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.core.encoding import format_time
from mithaq.errors import MissingError
from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.face import UsageError
from mithaq.main.cli.failure import OK, PROBLEMS
from mithaq.main.cli.inputs import read_input, write_new_file
from mithaq.main.cli.output import Output

if TYPE_CHECKING:
    from mithaq.main.backup import RestoreReport
    from mithaq.main.cli.new_node import NewNode
    from mithaq.main.wiring.service import Service
    from mithaq.node.checks import Check

MAX_CHECKPOINT_BYTES = 1_048_576
DEFAULT_BIND = "127.0.0.1:8000"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("This node: make it, serve it, look after it.")
    noun.command("init")(init)
    noun.command("serve")(serve)
    noun.command("status")(status)
    noun.command("doctor")(doctor)
    noun.command("backup")(backup)
    noun.command("restore")(restore)
    noun.command("card")(card)
    app.add_typer(noun, name="node")


# Making


def init(
    ctx: typer.Context,
    code: Annotated[str | None, typer.Option("--code", help="Of the administration, as ma-mi.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Of the administration, for people.")] = None,
    origin: Annotated[
        str | None, typer.Option("--origin", help="Of its log; CODE.example/log/1 by default.")
    ] = None,
    country: Annotated[str | None, typer.Option("--country", help="Two letters.")] = None,
    languages: Annotated[str | None, typer.Option("--languages", help="Working languages, as ar,fr.")] = None,
    database: Annotated[
        str | None,
        typer.Option(
            "--database", metavar="URL", help="sqlite, or postgresql://USER:PASSWORD@HOST:PORT/NAME."
        ),
    ] = None,
    mail: Annotated[str | None, typer.Option("--mail", help="Where the node's mail goes.")] = None,
    tz: Annotated[
        str | None, typer.Option("--tz", help="Time zone of the seat, as Africa/Casablanca.")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where partners reach this node.")] = None,
    service: Annotated[
        bool, typer.Option("--service", help="For service: people release notes, not the command line.")
    ] = False,
    systemd: Annotated[
        bool,
        typer.Option("--systemd", help="Also write units of systemd: the service, its copies, their proof."),
    ] = False,
) -> int:
    """Make a node: its folder, keys, root file, card and database."""
    from mithaq.main.cli.new_node import NewNode, make_node, read_place

    output = output_of(ctx)
    if output.face.home is None:
        raise UsageError("no_home", "say where: --home DIR, or MITHAQ_HOME")
    place = read_place(country, languages, mail, tz)
    chosen = code or _ask("Code of the administration, as ma-mi", "--code")
    wanted = NewNode(
        home=output.face.home.resolve(),
        code=chosen,
        name=name or (_ask("Its name", "--name", chosen) if code is None else chosen),
        origin=origin,
        url=url or f"http://{DEFAULT_BIND}",
        choices=place,
        database=database,
        is_service=service,
    )
    made = make_node(wanted)
    output.show("mithaq/node-init/1", made)
    if systemd:
        _write_units(output, wanted)
    output.say(
        f"Take the root keys in {wanted.home / 'offline'} away from this machine, to at least two places."
    )
    return OK


def _write_units(output: Output, wanted: "NewNode") -> None:
    from mithaq.main.cli.systemd_units import FOLDER, UnitPlan, make_units

    bind = wanted.url.partition("://")[2].partition("/")[0]
    folder = wanted.home / FOLDER
    folder.mkdir(mode=0o700)
    for name, text in make_units(UnitPlan(wanted.code, wanted.home, bind)).items():
        write_new_file(folder / name, text.encode())
    output.say(f"The units are in {folder}: docs/installation.md says where they go.")


def _ask(question: str, option: str, default: str | None = None) -> str:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("usage", f"{option} is needed")
    return str(typer.prompt(question, default=default, err=True))


# Serving


def serve(
    ctx: typer.Context,
    bind: Annotated[
        str | None,
        typer.Option("--bind", metavar="HOST:PORT", help=f"{DEFAULT_BIND} by default; port 0 for any."),
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help="Instead of the node's own.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="Its key.")] = None,
) -> int:
    """Run the whole node until SIGTERM: HTTP, log, exchange, writer, signer, pullers.

    Prints one line when it answers. Plain HTTP is served on loopback only.
    """
    from mithaq.main.cli.homes import prepare

    output = output_of(ctx)
    folder = prepare(output, has_pages=True)
    from mithaq.main.wiring.database_owner import make_tables
    from mithaq.main.wiring.log_lines import start_logging
    from mithaq.main.wiring.service import ServeOptions, Service, restart  # after Django is loaded

    start_logging(sys.stderr, is_quiet=output.face.is_quiet)
    host, port, certificate = _listening(output, folder, bind, tls_cert, tls_key)
    make_tables()
    running = Service(folder, ServeOptions(host, port, certificate))
    _stop_on_signals(running)
    url = running.start()
    record = {"url": url, "origin": running.node.identity.origin, "code": running.node.identity.code}
    output.show("mithaq/node-serve/1", record, f"{url} {record['origin']}")
    running.wait()
    if running.is_failed:
        restart()
    return OK


def _stop_on_signals(running: "Service") -> None:
    def stop(number: int, frame: Any) -> None:
        running.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _listening(
    output: Output, folder: Path, bind: str | None, tls_cert: Path | None, tls_key: Path | None
) -> tuple[str, int, Any]:
    """Host, port, and the certificate; by default the node's own where its address is https."""
    from mithaq.adapters.http.certificate import Certificate
    from mithaq.main.cli.homes import choices_of
    from mithaq.main.home import Home

    host, separator, port = (bind or DEFAULT_BIND).rpartition(":")
    if not separator or not port.isdecimal() or int(port) > 65_535:
        raise UsageError("usage", "--bind is HOST:PORT")
    host = host.strip("[]")
    if (tls_cert is None) != (tls_key is None):
        raise UsageError("usage", "--tls-cert and --tls-key go together")
    if tls_cert is not None and tls_key is not None:
        return host, int(port), Certificate(tls_cert, tls_key)
    is_tls = choices_of(output).identity.base_url.startswith("https:")
    return host, int(port), Home(folder).server_certificate if is_tls else None


# Looking after


def status(ctx: typer.Context) -> int:
    """Sizes, lag, partners, what is parked, alarms."""
    from mithaq.main.cli.homes import reading
    from mithaq.node.read.status import read_status

    output = output_of(ctx)
    with reading(output) as node:
        record = read_status(node)
    output.show("mithaq/node-status/1", record)
    return OK


def doctor(ctx: typer.Context) -> int:
    """Check everything that can be checked here, each with its remedy; exit code 1 when one fails."""
    from mithaq.main.cli.homes import reading
    from mithaq.node.health import check_health

    output = output_of(ctx)
    with reading(output) as node:
        checks = check_health(node)
    records = [_describe_check(check) for check in checks]
    if output.face.is_json:
        output.show("mithaq/node-doctor/1", {"checks": records})
    else:
        output.show_all("mithaq/node-doctor/1", records, ("level", "code", "message", "remedy"))
    return PROBLEMS if any(check.level == "fail" for check in checks) else OK


def _describe_check(check: "Check") -> dict[str, Any]:
    return {"code": check.code, "level": check.level, "message": check.message, "remedy": check.remedy}


def backup(
    ctx: typer.Context,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="A new file.")],
    which: Annotated[
        str, typer.Option("--set", metavar="data|keystore", help="Which half; keep them apart.")
    ] = "data",
) -> int:
    """Copy one of the two sets of this node, running or not. Neither alone opens sealed content."""
    from mithaq.adapters.clock import SystemClock
    from mithaq.adapters.entropy import SystemEntropy
    from mithaq.main.backup import backup_node
    from mithaq.main.home import Home
    from mithaq.node.restore.backup import BackupSet

    output = output_of(ctx)
    if which not in tuple(BackupSet):
        raise UsageError("usage", "--set is data or keystore")
    if not to.absolute().parent.is_dir():
        raise MissingError("folder", f"there is no folder {to.parent}")
    home = Home(output.face.folder().resolve())
    made = backup_node(home, to, BackupSet(which), SystemClock(), SystemEntropy())
    record = {
        "file": str(made.file),
        "sha256": made.sha256,
        "tree_size": made.tree_size,
        "created_at": format_time(made.created_at),
        "set": which,
    }
    if which == BackupSet.DATA:
        _note_backup(output, str(record["created_at"]))
    output.show("mithaq/node-backup/1", record)
    return OK


def _note_backup(output: "Output", at: str) -> None:
    """So that ``node doctor`` and the page of health know how old the last copy is."""
    from mithaq.main.cli.homes import reading
    from mithaq.node.health import BACKED_UP_AT

    with reading(output) as node:
        node.store.settings.set(BACKED_UP_AT, at)


def restore(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="One set; restore both. Left out: bring a checkpoint alone."),
    ] = None,
    checkpoint: Annotated[
        str | None,
        typer.Option(
            "--checkpoint", metavar="FILE", help="A checkpoint of this log that a partner cosigned, by hand."
        ),
    ] = None,
) -> int:
    """Bring a set back into an empty home. The node starts in guard, which no option overrides.

    A checkpoint brought by hand counts as the answer of the partners who cosigned it.
    """
    from mithaq.main.backup import restore_node
    from mithaq.main.home import Home

    output = output_of(ctx)
    if output.face.home is None:
        raise UsageError("no_home", "say where: --home DIR, or MITHAQ_HOME")
    if file is None and checkpoint is None:
        raise UsageError("usage", "give a backup, or --checkpoint for a node that is in guard")
    brought = None if checkpoint is None else read_input(checkpoint, MAX_CHECKPOINT_BYTES)
    if file is None:
        found = _bring_checkpoint(output, brought or b"")
    else:
        found = restore_node(file, Home(output.face.home.resolve()), brought)
    record = {
        "origin": found.origin,
        "tree_size": found.tree_size,
        "mode": found.mode,
        "reason": found.reason,
        "set": str(found.kind),
    }
    output.show("mithaq/node-restore/1", record)
    return OK


def _bring_checkpoint(output: Output, checkpoint: bytes) -> "RestoreReport":
    from mithaq.main.cli.homes import reading

    with reading(output) as node:
        from mithaq.main.backup import bring_checkpoint  # after Django is loaded
        from mithaq.main.wiring.writer import make_sequencer
        from mithaq.node.restore.restore_guard import RestoreGuard

        return bring_checkpoint(RestoreGuard(node, make_sequencer(node)), node, checkpoint)


def card(
    ctx: typer.Context,
    fingerprint: Annotated[
        bool, typer.Option("--fingerprint", help="The fingerprint alone, to tell by voice.")
    ] = False,
) -> int:
    """This node's card, for a partner, on stdout. Tell its fingerprint by another way."""
    from mithaq.core.encoding import encode_canonical, parse_canonical
    from mithaq.main.enrolment import build_card, parse_card

    output = output_of(ctx)
    data = build_card(output.face.folder().resolve())
    parsed = parse_card(data)
    if fingerprint:
        output.show("mithaq/node-card/1", {"fingerprint": parsed.fingerprint}, parsed.fingerprint)
        return OK
    if output.face.is_json:
        # Still a card that ``partner add`` takes: the same members, and two more.
        members = {
            **parse_canonical(data),
            "schema": "mithaq/node-card/1",
            "tls_fingerprint": parsed.tls_fingerprint,
        }
        data = encode_canonical(members)
    output.write_bytes(data + b"\n")
    output.say(f"Fingerprint, to tell by another way: {parsed.fingerprint}")
    return OK
