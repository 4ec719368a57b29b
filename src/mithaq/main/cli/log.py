"""``mithaq log``: verify logs, export them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.core.encoding import encode_base64
from mithaq.core.types import Origin
from mithaq.errors import MithaqError, UnavailableError
from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.face import UsageError
from mithaq.main.cli.failure import OK, PROBLEMS, FoundProblem
from mithaq.main.cli.output import Output

if TYPE_CHECKING:
    from mithaq.node.proof.log_check import LogReport

VERIFY = "mithaq/log-verify/1"
EXPORT = "mithaq/log-export/1"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("Verify and export logs: the own one and those of partners.")
    noun.command("verify")(verify)
    noun.command("export")(export)
    app.add_typer(noun, name="log")


def verify(
    ctx: typer.Context,
    origin: Annotated[
        str | None, typer.Argument(help="One log of this node; all of them by default.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="An exported log, verified alone.")
    ] = None,
    vkey: Annotated[str | None, typer.Option("--vkey", help="The vkey of that log, from elsewhere.")] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="A served log, as https://node.example/log; with --vkey.")
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option("--sample", metavar="N", min=1, help="With --url: N entries by their proofs, not all."),
    ] = None,
) -> int:
    """Recompute trees and signatures; with --dir or --url of one log alone, with no node at all.

    Exit code 1, and one line that says where, on any damage.
    """
    output = output_of(ctx)
    if url is not None:
        if vkey is None or folder is not None or origin is not None:
            raise UsageError("usage", "--url goes with --vkey, without --dir and without an origin")
        return _verify_url(output, url, vkey, sample)
    if sample is not None:
        raise UsageError("usage", "--sample goes with --url")
    if folder is not None or vkey is not None:
        if folder is None or vkey is None or origin is not None:
            raise UsageError("usage", "--dir and --vkey go together, and without an origin")
        return _verify_folder(output, folder, vkey)
    return _verify_own(output, None if origin is None else Origin(origin))


def _verify_folder(output: Output, folder: Path, vkey: str) -> int:
    from mithaq.core.keys import parse_vkey
    from mithaq.node.proof.verify import verify_tree

    key = parse_vkey(vkey.strip())
    if not folder.is_dir():
        raise FoundProblem("folder_missing", f"{folder}: there is no such folder", "do_find")
    try:
        with output.progress("verifying") as progress:
            found = verify_tree(folder, key, progress)
    except MithaqError as error:
        return _tell_damage(output, {"origin": key.name, "tree_size": None, "root_hash": None}, error)
    record = {
        "origin": found.origin,
        "tree_size": found.tree_size,
        "root_hash": encode_base64(found.root_hash),
        "ok": True,
        "problems": [],
        "released": found.released,
        "cosigners": list(found.cosigners),
    }
    output.show(VERIFY, record)
    return OK


def _verify_url(output: Output, url: str, vkey: str, sample: int | None) -> int:
    from random import SystemRandom

    from mithaq.adapters.http.public_log import remote_log
    from mithaq.core.keys import parse_vkey
    from mithaq.node.proof.remote_check import check_remote

    key = parse_vkey(vkey.strip())
    try:
        with remote_log(url) as fetch:
            found = check_remote(
                fetch, key, sample, lambda size, count: SystemRandom().sample(range(size), count)
            )
    except UnavailableError:
        raise
    except MithaqError as error:
        return _tell_damage(output, {"origin": key.name, "tree_size": None, "root_hash": None}, error)
    record = {
        "origin": found.checkpoint.origin,
        "tree_size": found.checkpoint.tree_size,
        "root_hash": encode_base64(found.checkpoint.root_hash),
        "ok": True,
        "problems": [],
        "entries": found.entries,
    }
    output.show(VERIFY, record)
    return OK


def _tell_damage(
    output: Output, record: dict[str, Any], error: MithaqError, remedy: str = "do_damage"
) -> int:
    problem = {"code": error.code, "message": error.message}
    if output.face.is_json:
        output.show(VERIFY, {**record, "ok": False, "problems": [problem]})
    output.tell_failure(FoundProblem(error.code, error.message, remedy))
    return PROBLEMS


def _verify_own(output: Output, origin: Origin | None) -> int:
    from mithaq.main.cli.homes import reading
    from mithaq.node.proof.log_check import check_logs

    is_good = True
    with reading(output) as node, output.progress("verifying") as progress:
        for report in check_logs(node, origin, progress):
            is_good = _tell_report(output, report) and is_good
    return OK if is_good else PROBLEMS


def _tell_report(output: Output, report: "LogReport") -> bool:
    record = {
        "origin": report.origin,
        "tree_size": report.tree_size,
        "root_hash": encode_base64(report.root_hash),
    }
    if report.problem is not None:
        told = FoundProblem(report.problem.code, f"{report.origin}: {report.problem.message}")
        _tell_damage(output, record, told, "do_own_damage")
        return False
    text = f"{report.origin}  {report.tree_size}  {record['root_hash']}  ok"
    output.show(VERIFY, {**record, "ok": True, "problems": []}, text)
    return True


def export(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    origin: Annotated[
        str | None, typer.Option("--origin", help="A partner's log; the own one by default.")
    ] = None,
) -> int:
    """Write a log as a folder that anyone can verify: checkpoint, tiles, entries, vkey, released acts."""
    from mithaq.main.cli.homes import reading
    from mithaq.node.proof.export import export_log, find_source
    from mithaq.node.proof.roster_keys import RosterKeys

    output = output_of(ctx)
    with reading(output) as node, output.progress("exporting") as progress:
        source = find_source(node, None if origin is None else Origin(origin))
        if output.reads is not None:
            output.reads.note_log(source.origin)
        found = export_log(source, RosterKeys(node), folder, progress)
    record = {
        "dir": str(folder),
        "files": found.files,
        "tree_size": found.tree_size,
        "origin": found.origin,
        "vkey": found.vkey,
        "cosigners": list(found.cosigners),
    }
    output.show(EXPORT, record)
    if not found.cosigners:
        output.say("Nobody has cosigned this checkpoint yet; wait for a partner, or run: mithaq sync")
    output.say(f"Check it with: mithaq log verify --dir {folder} --vkey '{found.vkey}'")
    return OK
