"""Fetches the built files of other projects that the pages ship, and writes down what they are.

The files lie in ``src/mithaq/web/static/vendor/``, committed; ``vendor.toml`` beside them holds name,
version, licence and the SHA-256 of each. Nothing else changes them, and nothing is loaded at run time.
Standard library only; it needs ``npm`` for the fetch.

    python tools/vendor.py            fetch, copy, write vendor.toml   (make vendor)
    python tools/vendor.py --check    compare the files with vendor.toml
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "src" / "mithaq" / "web" / "static" / "vendor"
MANIFEST = "vendor.toml"
SOURCE_MAP = re.compile(rb"^\s*(?:/\*|//)[#@]\s*sourceMappingURL=.*$\n?", re.MULTILINE)
TEXTS = (".css", ".js")


@dataclass(frozen=True, slots=True)
class Package:
    """What is taken from one npm package, and the folder it goes to."""

    name: str
    version: str
    licence: str
    folder: str
    files: tuple[str, ...]


PACKAGES = (
    Package(
        "@fontsource/ibm-plex-sans-arabic",
        "5.3.0",
        "OFL-1.1",
        "ibm-plex-sans-arabic",
        (
            "LICENSE",
            *(
                f"files/ibm-plex-sans-arabic-{script}-{weight}-normal.woff2"
                for weight in (400, 600)
                for script in ("arabic", "latin", "latin-ext")
            ),
        ),
    ),
)


def hash_file(path: Path) -> str:
    """Hex SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(package: Package, into: Path) -> Path:
    """The packed archive of a package, by the ordinary client."""
    command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    done = subprocess.run(command, cwd=into, check=True, capture_output=True, text=True)
    return into / done.stdout.split()[-1]


def read_member(archive: tarfile.TarFile, name: str) -> bytes:
    """One file of the archive; a line that names a source map goes, for there is no such file here."""
    member = archive.extractfile(f"package/{name}")
    if member is None:
        raise FileNotFoundError(name)
    data = member.read()
    return SOURCE_MAP.sub(b"", data) if name.endswith(TEXTS) else data


def unpack(package: Package, archive: Path) -> None:
    """Copy the chosen files, flat, into the folder of the package."""
    folder = VENDOR / package.folder
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    with tarfile.open(archive) as opened:
        for name in package.files:
            (folder / Path(name).name).write_bytes(read_member(opened, name))


def describe(package: Package) -> Iterator[str]:
    """The table of a package in ``vendor.toml``."""
    yield "\n[[package]]"
    for field in ("name", "version", "licence", "folder"):
        yield f'{field} = "{getattr(package, field)}"'
    yield "\n[package.sha256]"
    for name in sorted(Path(each).name for each in package.files):
        yield f'"{name}" = "{hash_file(VENDOR / package.folder / name)}"'


def update() -> None:
    """Fetch everything anew and write the manifest."""
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            unpack(package, fetch(package, Path(folder)))
    lines = ["# Written by tools/vendor.py (make vendor). Files of other projects, as they are shipped."]
    for package in PACKAGES:
        lines += describe(package)
    (VENDOR / MANIFEST).write_text("\n".join(lines) + "\n", encoding="utf-8")


def find_problems(vendor: Path = VENDOR) -> list[str]:
    """Files that are missing, changed, or not in the manifest."""
    manifest = tomllib.loads((vendor / MANIFEST).read_text(encoding="utf-8"))
    wanted = {
        vendor / package["folder"] / name: sha256
        for package in manifest["package"]
        for name, sha256 in package["sha256"].items()
    }
    problems = [f"{path.name} is missing" for path in wanted if not path.is_file()]
    for path in sorted(path for path in vendor.rglob("*") if path.is_file() and path.name != MANIFEST):
        if path not in wanted:
            problems.append(f"{path.name} is not in {MANIFEST}")
        elif hash_file(path) != wanted[path]:
            problems.append(f"{path.name} is not the file that was vendored")
    return problems


def main(arguments: list[str]) -> int:
    """0 when all is in order, 1 when files differ, 2 on wrong use."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    if not arguments:
        update()
    problems = find_problems()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
