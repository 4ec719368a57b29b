"""Fetches the built files of other projects that pages and tests use, and writes down what they are.

What pages ship lies in ``src/mithaq/web/static/vendor/``, what only tests use in ``tests/e2e/vendor/``, both
committed; ``vendor.toml`` beside them holds name, version, licence and the SHA-256 of each file. Nothing
else changes them, and nothing is loaded at run time. Standard library only; it needs ``npm`` for the fetch.

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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "src" / "mithaq" / "web" / "static" / "vendor"
TEST_VENDOR = ROOT / "tests" / "e2e" / "vendor"
MANIFEST = "vendor.toml"
SOURCE_MAP = re.compile(rb"^\s*(?:/\*|//)[#@]\s*sourceMappingURL=.*$\n?", re.MULTILINE)
DATA_IMAGE = re.compile(rb"""url\("data:image/svg\+xml,([^"]*)"\)""")
SVG_HEAD = re.compile(r"<svg[^>]*>", re.DOTALL)
TEXTS = (".css", ".js")
SPRITE = "icons.svg"

ICONS = (Path(__file__).parent / "icons.txt").read_text(encoding="ascii").split()
"""Icons of the sprite, one a line of ``icons.txt``; a page names one by ``{% icon "name" %}``."""


@dataclass(frozen=True, slots=True)
class Package:
    """What is taken from one npm package, and the folder it goes to.

    Attributes:
        makes: name of a file that is made of all ``files`` but the licence: a sprite of icons.
    """

    name: str
    version: str
    licence: str
    folder: str
    files: tuple[str, ...]
    root: Path = VENDOR
    makes: str = ""

    @property
    def target(self) -> Path:
        """Where its files lie."""
        return self.root / self.folder


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
    Package(
        "bootstrap",
        "5.3.9",
        "MIT",
        "bootstrap",
        ("LICENSE", "dist/css/bootstrap.min.css", "dist/css/bootstrap.rtl.min.css"),
    ),
    Package(
        "bootstrap-icons",
        "1.13.2",
        "MIT",
        "bootstrap-icons",
        ("LICENSE", *(f"icons/{name}.svg" for name in ICONS)),
        makes=SPRITE,
    ),
    Package("htmx.org", "2.0.10", "0BSD", "htmx", ("LICENSE", "dist/htmx.min.js")),
    Package("axe-core", "4.14.1", "MPL-2.0", "axe-core", ("LICENSE", "axe.min.js"), root=TEST_VENDOR),
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


def move_images(style: bytes) -> tuple[bytes, dict[str, bytes]]:
    """A style sheet with its ``data:`` images moved into files, and these by name.

    The policy of the pages (trust 8) allows images from the node alone.
    """
    images: dict[str, bytes] = {}

    def name(found: re.Match[bytes]) -> bytes:
        data = unquote_to_bytes(found[1]) + b"\n"
        file = f"image-{hashlib.sha256(data).hexdigest()[:8]}.svg"
        images[file] = data
        return f"url({file})".encode()

    return DATA_IMAGE.sub(name, style), images


def make_sprite(icons: Mapping[str, bytes]) -> bytes:
    """One file of all icons, each a symbol of its name, drawn in the colour of the text around it."""
    symbols = []
    for name, data in sorted(icons.items()):
        inner = SVG_HEAD.sub("", data.decode(), count=1).replace("</svg>", "")
        body = " ".join(inner.split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16" fill="currentColor">{body}</symbol>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols).replace("> <", "><") + "\n</svg>\n"
    ).encode()


def read_files(package: Package, archive: tarfile.TarFile) -> dict[str, bytes]:
    """The files of a package as they are kept, by name."""
    found = {Path(name).name: read_member(archive, name) for name in package.files}
    if package.makes:
        icons = {Path(name).stem: found.pop(name) for name in list(found) if name.endswith(".svg")}
        found[package.makes] = make_sprite(icons)
    for name in [each for each in found if each.endswith(".css")]:
        found[name], images = move_images(found[name])
        found |= images
    return found


def unpack(package: Package, archive: Path) -> list[str]:
    """Put the files of a package, flat, into its folder; their names."""
    folder = package.target
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    with tarfile.open(archive) as opened:
        files = read_files(package, opened)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return sorted(files)


def describe(package: Package, names: Iterable[str]) -> Iterator[str]:
    """The table of a package in ``vendor.toml``."""
    yield "\n[[package]]"
    for field in ("name", "version", "licence", "folder"):
        yield f'{field} = "{getattr(package, field)}"'
    yield "\n[package.sha256]"
    for name in names:
        yield f'"{name}" = "{hash_file(package.target / name)}"'


def update() -> None:
    """Fetch everything anew and write the manifests."""
    head = "# Written by tools/vendor.py (make vendor). Files of other projects, as they are kept here."
    lines = {VENDOR: [head], TEST_VENDOR: [head]}
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            lines[package.root] += describe(package, unpack(package, fetch(package, Path(folder))))
    for root, written in lines.items():
        (root / MANIFEST).write_text("\n".join(written) + "\n", encoding="utf-8")


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
    problems = [*find_problems(VENDOR), *find_problems(TEST_VENDOR)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
