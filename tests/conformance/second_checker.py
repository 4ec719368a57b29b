"""A second checker of an exported log, on other code: it imports nothing of Mithaq.

    python second_checker.py DIRECTORY

Reads what any static server would serve, and recomputes all of it with hashlib and cryptography:

    vkey             the log's key on the first line; keys of cosigners (type 04) may follow
    checkpoint       SignedNote; every key of ``vkey`` must have signed
    tile/entries/..  every bundle that the size implies; entries of 33 bytes that start with 01
    tile/<L>/..      every tile that the size implies
    released.jsonl   if there is one: acts as {"index", "salt", "envelope"}, the last two in base64

Exit 0: all of it is good; one line on stdout. Exit 1: something is damaged or missing; stderr says
what. Exit 2: usage. Kept apart on purpose, down to its own base64 and path rules, so that a mistake
in the library cannot hide in the check.
"""

import base64
import binascii
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
ENTRY_BYTES = 33


class Damage(Exception):
    """The log is not what it should be."""


def demand(holds: bool, what: str) -> None:
    if not holds:
        raise Damage(what)


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def decode_base64(text: str, what: str) -> bytes:
    try:
        data = binascii.a2b_base64(text.encode("ascii"))
    except (ValueError, UnicodeEncodeError) as error:
        raise Damage(f"{what}: not base64") from error
    demand(base64.b64encode(data).decode() == text, f"{what}: not strict base64")
    return data


def read(directory: Path, path: str) -> bytes:
    try:
        return (directory / path).read_bytes()
    except OSError as error:
        raise Damage(f"{path}: cannot be read") from error


def read_lines(directory: Path, path: str) -> list[str]:
    try:
        text = read(directory, path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Damage(f"{path}: not UTF-8") from error
    demand(text.endswith("\n"), f"{path}: does not end with a newline")
    return text[:-1].split("\n")


class Key:
    """A vkey, ``name+id+base64(type || key)``."""

    def __init__(self, vkey: str) -> None:
        parts = vkey.split("+", 2)
        demand(len(parts) == 3, "vkey: not three parts")
        self.name, self.id = parts[0], parts[1]
        typed_key = decode_base64(parts[2], "vkey")
        demand(len(typed_key) == 33 and typed_key[0] in (1, 4), "vkey: type or length")
        demand(sha256(self.name.encode(), b"\n", typed_key)[:4].hex() == self.id, "vkey: id")
        self.is_cosigner = typed_key[0] == 4
        self._key = Ed25519PublicKey.from_public_bytes(typed_key[1:])

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        if self.is_cosigner:
            at_s = int.from_bytes(signature[:8], "big")
            text, signature = f"cosignature/v1\ntime {at_s}\n".encode() + text, signature[8:]
            demand(0 < at_s < 2**63, "checkpoint: time of a cosignature")
        try:
            self._key.verify(signature, text)
        except InvalidSignature:
            return False
        return True


def check_checkpoint(directory: Path) -> tuple[int, bytes]:
    """Verifies all signatures; answers size and root."""
    keys = [Key(line) for line in read_lines(directory, "vkey")]
    demand(not keys[0].is_cosigner, "vkey: the first is not a log's")
    demand(len({(key.name, key.id) for key in keys}) == len(keys), "vkey: a key twice")
    text, separator, tail = read(directory, "checkpoint").rpartition(b"\n\n")
    demand(bool(separator) and tail.endswith(b"\n"), "checkpoint: not a signed note")
    text += b"\n"
    try:
        lines = [line.split(" ") for line in tail[:-1].decode("utf-8").split("\n")]
        origin, size, root, *_ = text.decode("utf-8").split("\n")
    except ValueError as error:
        raise Damage("checkpoint: form") from error
    demand(all(len(line) == 3 and line[0] == "\u2014" for line in lines), "checkpoint: signature line")
    payloads = [(name, decode_base64(payload, "checkpoint")) for _, name, payload in lines]
    for key in keys:
        own = [data[4:] for name, data in payloads if (name, data[:4].hex()) == (key.name, key.id)]
        demand(bool(own), f"checkpoint: no line of {key.name}")
        demand(
            all(key.has_signed(text, signature) for signature in own), f"checkpoint: signature of {key.name}"
        )
    demand(origin == keys[0].name, "checkpoint: origin")
    demand(re.fullmatch("0|[1-9][0-9]{0,18}", size, re.ASCII) is not None, "checkpoint: size")
    root_hash = decode_base64(root, "checkpoint")
    demand(len(root_hash) == 32, "checkpoint: root")
    return int(size), root_hash


def locate(kind: str, number: int, width: int) -> str:
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{kind}/{path}" + ("" if width == WIDTH else f".p/{width}")


def iterate_parts(count: int) -> Iterator[tuple[int, int]]:
    for start in range(0, count, WIDTH):
        yield start // WIDTH, min(WIDTH, count - start)


def read_entries(directory: Path, size: int) -> list[bytes]:
    entries = []
    for number, width in iterate_parts(size):
        path = locate("entries", number, width)
        data = read(directory, path)
        step = 2 + ENTRY_BYTES
        demand(len(data) == step * width, f"{path}: length")
        for at in range(0, len(data), step):
            demand(
                data[at : at + 3] == b"\x00\x21\x01", f"{path}: an entry that is not 33 bytes of version 1"
            )
            entries.append(data[at + 2 : at + step])
    return entries


def check_tiles(directory: Path, entries: list[bytes]) -> None:
    hashes, kind = [sha256(b"\x00", entry) for entry in entries], 0
    while hashes:
        for number, width in iterate_parts(len(hashes)):
            path = locate(str(kind), number, width)
            own = hashes[number * WIDTH : number * WIDTH + width]
            demand(read(directory, path) == b"".join(own), f"{path}: does not follow from the entries")
        full = len(hashes) // WIDTH
        hashes = [compute_root(hashes[at * WIDTH : (at + 1) * WIDTH]) for at in range(full)]
        kind += 1


def compute_root(hashes: list[bytes]) -> bytes:
    """RFC 6962 §2.1, by its own recursive words."""
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\x01", compute_root(hashes[:split]), compute_root(hashes[split:]))


def check_released(directory: Path, entries: list[bytes]) -> int:
    lines = read_lines(directory, "released.jsonl") if (directory / "released.jsonl").exists() else []
    for number, line in enumerate(lines, 1):
        where = f"released.jsonl: line {number}"
        try:
            act = json.loads(line)
            index, salt, envelope = act["index"], act["salt"], act["envelope"]
        except (ValueError, KeyError, TypeError) as error:
            raise Damage(f"{where}: form") from error
        demand(type(index) is int and 0 <= index < len(entries), f"{where}: index")
        demand(isinstance(salt, str) and isinstance(envelope, str), f"{where}: form")
        salt_bytes, envelope_bytes = decode_base64(salt, where), decode_base64(envelope, where)
        demand(len(salt_bytes) == 32, f"{where}: salt")
        commitment = sha256(b"mithaq/act/v1\x00", salt_bytes, envelope_bytes)
        demand(entries[index] == b"\x01" + commitment, f"{where}: not what entry {index} commits to")
    return len(lines)


def check(directory: Path) -> str:
    """Checks the whole; answers a line about it. Raises Damage."""
    size, root = check_checkpoint(directory)
    entries = read_entries(directory, size)
    demand(
        compute_root([sha256(b"\x00", entry) for entry in entries]) == root,
        "root: not the one of the entries",
    )
    check_tiles(directory, entries)
    released = check_released(directory, entries)
    return f"ok {size} {base64.b64encode(root).decode()} released {released}"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: second_checker.py DIRECTORY", file=sys.stderr)
        return 2
    try:
        print(check(Path(arguments[0])))
    except Damage as damage:
        print(f"refused: {damage}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
