"""``log verify --dir``: an exported log alone. Any damage is refused, with one line and exit code 1."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mithaq.core.encoding import encode_base64
from mithaq.core.keys import KeyType, SigningKey, VerifierKey
from mithaq.errors import RefusedError
from mithaq.node.proof.released_lines import parse_released_line
from mithaq.node.proof.verify import verify_tree

from .exported_tree import ORIGIN, VKEY, files_of, put, run, verify_arguments, write_tree

SIZE = 700
SAMPLED_FLIPS = 300


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported") / "log"
    write_tree(folder, SIZE)
    return folder


@pytest.fixture
def copy(tree, tmp_path):
    return Path(shutil.copytree(tree, tmp_path / "copy"))


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 512, 700, 65_536, 70_000])
def test_verifies_every_size(tmp_path, size):
    write_tree(tmp_path / "log", size)
    found = verify_tree(tmp_path / "log", VKEY)
    assert (found.origin, found.tree_size, found.cosigners) == (ORIGIN, size, ("fr-mi.example/mirror/1",))
    assert found.released == len((tmp_path / "log" / "released.jsonl").read_bytes().splitlines())


def test_prints_one_object(tree, capfd):
    ran = run(capfd, *verify_arguments(tree, "--json"))
    assert ran.code == 0
    assert ran.err == ""
    told = json.loads(ran.out)
    assert told["schema"] == "mithaq/log-verify/1"
    assert (told["origin"], told["tree_size"], told["ok"], told["problems"]) == (ORIGIN, SIZE, True, [])
    assert told["root_hash"] == (tree / "checkpoint").read_text().split("\n")[2]


def flips(folder, soak):
    """(file, place, mask): every byte of the small files, and a sample of the others."""
    chosen = random.Random(7)
    large, small = [], []
    for path in files_of(folder):
        places = [(path, at) for at in range(path.stat().st_size)]
        (small if len(places) < 1_000 else large).extend(places)
    picked = small + (large if soak else chosen.sample(large, SAMPLED_FLIPS))
    return [(path, at, 1 << chosen.randrange(8)) for path, at in picked]


def test_refuses_each_flipped_byte(copy, soak):
    accepted, said = [], set()
    for path, at, mask in flips(copy, soak):
        data = path.read_bytes()
        path.write_bytes(data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :])
        try:
            verify_tree(copy, VKEY)
            accepted.append((path.relative_to(copy).as_posix(), at, mask))
        except RefusedError as error:
            said.add(error.message)
        path.write_bytes(data)
    assert accepted == []
    assert not [message for message in said if "\n" in message or ":" not in message]
    verify_tree(copy, VKEY)


def test_says_one_clear_line(copy, capfd):
    for path in files_of(copy):
        data = path.read_bytes()
        path.write_bytes(
            data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]
        )
        ran = run(capfd, *verify_arguments(copy))
        assert ran.code == 1
        assert ran.out == ""
        assert ran.err.startswith("error ")
        assert ran.err.count("\n") == 1
        ran = run(capfd, "--json", *verify_arguments(copy))
        told = json.loads(ran.out)
        assert (ran.code, told["ok"], len(told["problems"])) == (1, False, 1)
        assert set(told["problems"][0]) == {"code", "message"}
        path.write_bytes(data)


def test_refuses_each_missing_file(copy):
    for path in files_of(copy):
        data = path.read_bytes()
        path.unlink()
        with pytest.raises(RefusedError):
            verify_tree(copy, VKEY)
        path.write_bytes(data)


def test_refuses_each_truncated_or_longer_file(copy):
    for path in files_of(copy):
        data = path.read_bytes()
        for damaged in (b"", data[:-1], data[: len(data) // 2], data + b"\x00", data + b"\n"):
            if path.name == "released.jsonl" and damaged == b"":
                continue  # a node may be able to read no act at all
            path.write_bytes(damaged)
            with pytest.raises(RefusedError):
                verify_tree(copy, VKEY)
        path.write_bytes(data)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/003",
        "tile/0/002.p/187",
        "tile/0/000.p/12",
        "tile/entries/002.p/189",
        "tile/entries/003.p/1",
        "tile/1/000",
        "tile/2/000.p/1",
        "tile/0/notes.txt",
        "README",
        ".hidden",
        "checkpoint.old",
    ],
)
def test_refuses_an_extra_file(copy, path):
    assert not (copy / path).exists()
    put(copy, path, b"\x00" * 32)
    with pytest.raises(RefusedError) as caught:
        verify_tree(copy, VKEY)
    assert caught.value.code == "file_extra"
    assert caught.value.message.startswith(path)


def test_refuses_links_and_pipes(copy, tmp_path):
    tile = copy / "tile/0/000"
    shutil.move(tile, tmp_path / "elsewhere")
    tile.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError):
        verify_tree(copy, VKEY)
    tile.unlink()
    os.mkfifo(tile)
    with pytest.raises(RefusedError) as caught:
        verify_tree(copy, VKEY)
    assert caught.value.code == "file_kind"


def test_trusts_no_key_of_the_folder(tree, copy):
    stranger = VerifierKey(ORIGIN, KeyType.ED25519, SigningKey.from_seed(b"\x07" * 32).public)
    with pytest.raises(RefusedError) as caught:
        verify_tree(tree, stranger)
    assert caught.value.code == "vkey_differs"
    put(copy, "vkey", f"{stranger.encode()}\n".encode())
    with pytest.raises(RefusedError) as caught:
        verify_tree(copy, stranger)
    assert caught.value.code == "checkpoint_damaged"


def test_refuses_a_bundle_swapped_with_another(copy):
    first, second = copy / "tile/entries/000", copy / "tile/entries/001"
    first_bytes, second_bytes = first.read_bytes(), second.read_bytes()
    first.write_bytes(second_bytes)
    second.write_bytes(first_bytes)
    with pytest.raises(RefusedError):
        verify_tree(copy, VKEY)


def test_a_changed_entry_is_not_blamed_on_its_released_act(copy):
    index = parse_released_line((copy / "released.jsonl").read_bytes().splitlines(keepends=True)[0]).index
    path = copy / "tile/entries/000"
    data = bytearray(path.read_bytes())
    data[index * (2 + 33) + 2 + 20] ^= 1
    path.write_bytes(data)
    with pytest.raises(RefusedError) as caught:
        verify_tree(copy, VKEY)
    assert caught.value.code == "tile_altered"


def test_refuses_released_acts_out_of_order_or_twice(copy):
    path = copy / "released.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for damaged in ([lines[1], lines[0], *lines[2:]], [lines[0], *lines], [*lines, lines[-1]]):
        path.write_bytes(b"".join(damaged))
        with pytest.raises(RefusedError) as caught:
            verify_tree(copy, VKEY)
        assert caught.value.code == "released_damaged"


def test_refuses_loose_forms_of_a_released_act(copy):
    path = copy / "released.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    act = json.loads(lines[0])
    salt = encode_base64(parse_released_line(lines[0]).salt)
    loose = [
        json.dumps({**act, "more": 1}),
        json.dumps({name: act[name] for name in ("salt", "index", "envelope")}),
        json.dumps({**act, "index": 0.0}),
        json.dumps({**act, "index": -1}),
        json.dumps({**act, "salt": salt.rstrip("=")}),
        json.dumps({**act, "salt": encode_base64(b"\x00" * 31)}),
        json.dumps(act, indent=1).replace("\n", ""),
        '{"index":0,"index":0,' + json.dumps(act, separators=(",", ":"))[11:],
        "null",
        "",
    ]
    for line in loose:
        path.write_bytes(line.encode() + b"\n" + b"".join(lines[1:]))
        with pytest.raises(RefusedError) as caught:
            verify_tree(copy, VKEY)
        assert caught.value.code == "released_damaged", line


def test_reads_released_acts_with_the_usual_spaces(copy):
    path = copy / "released.jsonl"
    lines = [json.dumps(json.loads(line)) for line in path.read_bytes().splitlines()]
    path.write_text("".join(f"{line}\n" for line in lines))
    verify_tree(copy, VKEY)


def test_a_missing_folder_is_a_problem_not_a_crash(tmp_path, capfd):
    ran = run(capfd, *verify_arguments(tmp_path / "nothing"))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error folder_missing: ")


def test_needs_no_django_and_no_home(tree):
    code = (
        "import sys; from mithaq.main.cli import main; code = main(sys.argv[1:]);"
        "loaded = {'django', 'httpx', 'cheroot', 'sqlite3', 'ssl', 'mithaq.adapters'} & set(sys.modules);"
        "sys.exit(code or (f'loaded {loaded}' if loaded else 0))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *verify_arguments(tree)],
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PATH": os.environ["PATH"]},
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
