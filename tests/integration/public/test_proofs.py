"""What is taken away from the pages verifies without the node."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from mithaq.core.acts.proved_act import verify_proof_file
from mithaq.core.instruments.manifest import hash_manifest
from mithaq.core.log.policy import parse_policy
from mithaq.core.log.proof_file import parse_proof_file
from mithaq.errors import MithaqError

from .world import World


def proofs_of(client: Any, world: World) -> list[tuple[str, bytes, bytes]]:
    """(act id, proof, policy) of each panel."""
    html = client.get(f"/public/fr/{world.public}/").content.decode()
    ids = list(dict.fromkeys(re.findall(r'href="/public/([0-9a-f-]{36})/proof"', html)))
    return [
        (each, client.get(f"/public/{each}/proof").content, client.get(f"/public/{each}/policy").content)
        for each in ids
    ]


def test_every_proof_verifies_under_its_policy(client: Any, world: World) -> None:
    found = proofs_of(client, world)
    origins = [
        verify_proof_file(parse_proof_file(proof), parse_policy(policy)).origin for _, proof, policy in found
    ]
    assert sorted(origins) == ["fr-mi.example/log/1", "ma-mi.example/log/1", "ma-mi.example/log/1"]


def test_the_proved_acts_are_the_text_and_its_signings(client: Any, world: World) -> None:
    envelopes = []
    for act_id, proof, policy in proofs_of(client, world):
        verified = verify_proof_file(parse_proof_file(proof), parse_policy(policy))
        assert verified.envelope is not None
        envelopes.append(orjson.loads(verified.envelope))
        assert envelopes[-1]["id"] == act_id
    manifest = envelopes[0]["body"]["manifest"]
    content_hash = hash_manifest(orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS))
    assert [each["body"]["content_hash"] for each in envelopes[1:]] == [content_hash] * 2
    assert {each["from"] for each in envelopes[1:]} == {"fr-mi", "ma-mi"}
    assert content_hash in client.get(f"/public/fr/{world.public}/").content.decode()


def test_a_changed_proof_is_refused(client: Any, world: World) -> None:
    _, proof, policy = proofs_of(client, world)[0]
    trusted = parse_policy(policy)
    for place in range(40, len(proof), 97):
        changed = proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :]
        with pytest.raises(MithaqError):
            verify_proof_file(parse_proof_file(changed), trusted)


def test_the_id_of_the_text_gives_the_proof_of_its_version(client: Any, world: World) -> None:
    answer = client.get(f"/public/{world.public}/proof")
    assert answer["Content-Disposition"] == f'attachment; filename="{world.public}.tlog-proof"'
    assert answer["Content-Type"] == "application/octet-stream"


def test_the_policy_of_the_node_is_for_its_own_log(client: Any) -> None:
    answer = client.get("/public/policy")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert len(parse_policy(answer.content).logs) == 1


def test_the_command_on_the_page(client: Any, world: World, tmp_path: Path) -> None:
    html = client.get(f"/public/fr/{world.public}/").content.decode()
    [command] = re.findall(r"<code>(mithaq proof verify .*?)</code>", html)
    words = re.sub(r"<[^>]*>", "", command).split()
    for name, address in ((words[3], "proof"), (words[5], "policy")):
        (tmp_path / name).write_bytes(client.get(f"/public/{world.public}/{address}").content)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command_line = [sys.executable, "-m", *words]
    ran = subprocess.run(
        command_line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
