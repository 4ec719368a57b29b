"""``mithaq proof``: the proof of one act as a file, and its check without any node."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from mithaq.core.encoding import encode_base64, format_time
from mithaq.errors import MissingError, MithaqError
from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.failure import OK, PROBLEMS, FoundProblem
from mithaq.main.cli.inputs import read_input, write_new_file
from mithaq.main.cli.output import Output

VERIFY = "mithaq/proof-verify/1"
EXPORT = "mithaq/proof-export/1"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("Prove that an act stands in a log, and check such a proof.")
    noun.command("export")(export)
    noun.command("verify")(verify)
    app.add_typer(noun, name="proof")


def export(
    ctx: typer.Context,
    act_id: Annotated[str, typer.Argument(metavar="ACT_ID", help="An own act or a partner's.")],
    file: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to write it; - is stdout.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="Also write a policy from the roster.")
    ] = None,
) -> int:
    """Write the .tlog-proof file of an act.

    Whoever checks it needs a policy too: the keys that he trusts. --policy writes one from this node's
    roster; he should compare its keys with what he was told by another way.
    """
    from mithaq.main.cli.homes import reading
    from mithaq.node.proof.proof_export import export_proof
    from mithaq.node.proof.roster_keys import RosterKeys

    output = output_of(ctx)
    target = Path(f"{act_id}.tlog-proof") if file is None else file
    with reading(output) as node:
        proof = export_proof(node, act_id)
        output.take_away(act_id)
        policy_bytes = None if policy is None else RosterKeys(node).policy(proof.log).encode()
    if str(target) == "-":
        output.write_bytes(proof.data)
    else:
        write_new_file(target, proof.data)
    if policy is not None and policy_bytes is not None:
        write_new_file(policy, policy_bytes)
    record = {
        "file": str(target),
        "act": act_id,
        "leaf_index": proof.leaf_index,
        "tree_size": proof.tree_size,
    }
    if str(target) != "-":
        output.show(
            EXPORT, {**record, "origin": proof.log, "policy": None if policy is None else str(policy)}
        )
    if policy is None:
        output.say(
            "A policy is needed to check it: run this again with --policy FILE, or write one (docs/spec/04)."
        )
    else:
        output.say(f"Check it with: mithaq proof verify {target} --policy {policy}")
    return OK


def verify(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A .tlog-proof file; - is stdin.")],
    policy: Annotated[Path, typer.Option("--policy", metavar="POLICY", help="The keys that you trust.")],
) -> int:
    """Check a proof offline. No home is needed, no node and no network."""
    from mithaq.core.acts.proved_act import verify_proof_file
    from mithaq.core.log.policy import MAX_POLICY_BYTES, parse_policy
    from mithaq.core.log.proof_file import MAX_PROOF_BYTES, parse_proof_file

    output = output_of(ctx)
    try:
        trusted = parse_policy(read_input(str(policy), MAX_POLICY_BYTES))
        proof = parse_proof_file(read_input(file, MAX_PROOF_BYTES))
        found = verify_proof_file(proof, trusted, now_s=int(time.time()))
    except MithaqError as error:
        return _tell_refusal(output, error)
    cosignatures = [
        {"name": one.name, "key_id": one.key_id.hex(), "time": _tell_time(one.at_s)}
        for one in found.cosignatures
    ]
    record: dict[str, Any] = {
        "ok": True,
        "origin": found.origin,
        "leaf_index": found.leaf_index,
        "tree_size": found.tree_size,
        "root_hash": encode_base64(found.root_hash),
        "cosignatures": cosignatures,
        "problems": [],
    }
    output.show(VERIFY, record)
    return OK


def _tell_time(at_s: int) -> str:
    from datetime import UTC, datetime

    try:
        return format_time(datetime.fromtimestamp(at_s, UTC))
    except (OverflowError, ValueError, OSError, MithaqError):
        return f"{at_s} s"


def _tell_refusal(output: Output, error: MithaqError) -> int:
    if output.face.is_json:
        nothing = dict.fromkeys(("origin", "leaf_index", "tree_size", "root_hash"))
        problem = {"code": error.code, "message": error.message}
        output.show(VERIFY, {"ok": False, **nothing, "cosignatures": [], "problems": [problem]})
    remedy = "do_find" if isinstance(error, MissingError) else "do_damage"
    output.tell_failure(FoundProblem(error.code, error.message, remedy))
    return PROBLEMS
