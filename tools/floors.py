"""Checks the tree of the package: what import-linter cannot see.

Fails on a file or folder whose name the tree does not hold, on a banned module name, on a function
over 60 lines or a module over 500, on identifiers outside ASCII, and on a clock, a disk or chance
called from pure code. Standard library only. See docs/architecture.md.

    python tools/floors.py [PACKAGE_FOLDER]
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_FUNCTION_LINES = 60
MAX_MODULE_LINES = 500
BANNED_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "managers", "manager"})
MODULE_NAME = re.compile(r"[a-z][a-z0-9_]*\.py", re.ASCII)

# An entry without a suffix is a module or a package of that name; "x/" is a folder only;
# "*.py" is any module; "*" in a path is any one folder.
REGISTERS = (
    "agreements",
    "directory",
    "events",
    "meetings",
    "protection",
    "reference",
    "requests",
    "review",
    "roadmap",
    "sources",
    "threats",
    "training",
)
REGISTER = (
    "README.md",
    "__init__.py",
    "apps.py",
    "rules",
    "exchange",
    "models.py",
    "projection",
    "reading",
    "intake",
    "forms",
    "views",
    "api.py",
    "admin.py",
    "urls.py",
    "templates/",
    "static/",
    "locale/",
    "migrations/",
    "management/",
)
FACE = ("*.py", "templates/", "static/", "locale/", "migrations/", "management/")
TREE: dict[str, tuple[str, ...]] = {
    "": (
        "__init__.py",
        "__main__.py",
        "py.typed",
        "errors.py",
        "core/",
        "formats/",
        "node/",
        "adapters/",
        "web/",
        "registers/",
        "main/",
    ),
    "core": (
        "__init__.py",
        "types.py",
        "unicode14.py",
        "codelists.py",
        "fields.py",
        "folded_text.py",
        "dates/",
        "encoding",
        "keys",
        "log/",
        "witness",
        "acts/",
        "instruments/",
        "notes/",
        "names/",
        "federation",
    ),
    "core/dates": ("*.py",),
    "core/encoding": ("*.py",),
    "core/keys": ("*.py",),
    "core/log": ("*.py",),
    "core/witness": ("*.py",),
    "core/acts": ("*.py",),
    "core/instruments": ("*.py",),
    "core/notes": ("*.py",),
    "core/names": ("*.py",),
    "core/federation": ("*.py",),
    "formats": ("__init__.py", "stix/", "taxii/", "sdmx/", "cap/", "icalendar/", "iati/", "attachments/"),
    "formats/*": ("*.py",),
    "node": ("*.py", "append/", "partner/", "read/", "proof/", "restore/", "ports/"),
    "node/*": ("*.py",),
    "adapters": (
        "__init__.py",
        "store/",
        "http/",
        "keystore",
        "backup_files.py",
        "blob_files.py",
        "blob_manifest.py",
        "clock.py",
        "durable.py",
        "entropy.py",
        "key_table.py",
        "process_lock.py",
        "search/",
        "tile_files.py",
    ),
    "adapters/store": ("*.py", "migrations/", "management/", "sqlite/"),
    "adapters/store/sqlite": ("__init__.py", "base.py"),
    "adapters/http": ("*.py",),
    "adapters/search": ("*.py",),
    "adapters/keystore": ("*.py",),
    "web": (
        *FACE,
        "log/",
        "witness/",
        "exchange/",
        "public/",
        "office/",
        "pdf/",
        "records/",
        "api/",
        "search/",
        "overview/",
        "access/",
        "access_log/",
        "digest/",
        "accounts/",
        "outgoing/",
        "balance/",
        "reminders/",
        "charts/",
    ),
    "web/log": FACE,
    "web/witness": FACE,
    "web/exchange": FACE,
    "web/public": FACE,
    "web/office": FACE,
    "web/pdf": FACE,
    "web/records": FACE,
    "web/api": FACE,
    "web/search": FACE,
    "web/overview": FACE,
    "web/access": FACE,
    "web/access_log": FACE,
    "web/digest": FACE,
    "web/accounts": FACE,
    "web/outgoing": FACE,
    "web/balance": FACE,
    "web/reminders": FACE,
    "web/charts": FACE,
    "registers": ("__init__.py", *(f"{name}/" for name in REGISTERS)),
    "registers/*": REGISTER,
    "registers/*/rules": ("*.py",),
    "registers/*/exchange": ("*.py",),
    "registers/*/projection": ("*.py",),
    "registers/*/reading": ("*.py",),
    "registers/*/intake": ("*.py",),
    "registers/*/forms": ("*.py",),
    "registers/*/views": ("*.py",),
    "main": (
        "__init__.py",
        "settings",
        "urls.py",
        "wire_urls.py",
        "wiring",
        "cli",
        "backup.py",
        "bench_databases.py",
        "benchmark.py",
        "card.py",
        "certificates.py",
        "demo/",
        "enrolment.py",
        "home.py",
        "ports.py",
    ),
    "main/settings": ("*.py",),
    "main/wiring": ("*.py",),
    "main/cli": ("*.py",),
    "main/demo": ("*.py", "scenario/"),
}
# Folders that Django lays out; their insides are not ours to name.
OPEN = frozenset({"templates", "static", "locale", "migrations", "management", "scenario"})
IGNORED = frozenset({"__pycache__"})

PURE = re.compile(r"(core|formats|registers/\w+/(rules|exchange))(/|\.py$)", re.ASCII)
IMPURE_CALLS = frozenset({"now", "utcnow", "today", "generate", "urandom"})
IMPURE_BUILTINS = frozenset({"open", "print", "input", "eval", "exec"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to repair: where, which line (0 for the whole file), and what."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.text}"


def allowed_in(folder: str) -> tuple[str, ...] | None:
    """Names that the tree holds in a folder (path from the package); None where it holds no such folder."""
    if folder in TREE:
        return TREE[folder]
    parts = folder.split("/")
    for pattern, names in TREE.items():
        wanted = pattern.split("/")
        if len(wanted) == len(parts) and all(w in ("*", p) for w, p in zip(wanted, parts, strict=True)):
            return names
    return None


def is_allowed(name: str, is_folder: bool, allowed: tuple[str, ...]) -> bool:
    """Whether a folder that allows these names may hold this one."""
    if is_folder:
        return f"{name}/" in allowed or name in allowed
    if name in allowed or name.removesuffix(".py") in allowed:
        return True
    return "*.py" in allowed and (name == "__init__.py" or bool(MODULE_NAME.fullmatch(name)))


def check_tree(package: Path, folder: str = "") -> Iterator[Problem]:
    """Every name below ``folder`` that the tree does not hold."""
    allowed = allowed_in(folder) or ("*.py",)
    here = package / folder
    for path in sorted(here.iterdir()):
        if path.name in IGNORED:
            continue
        shown = path.relative_to(package).as_posix()
        if path.name.removesuffix(".py") in BANNED_NAMES:
            yield Problem(shown, 0, "a banned name: say what is in it")
        elif not is_allowed(path.name, path.is_dir(), allowed):
            kind = "folder" if path.is_dir() else "file"
            yield Problem(shown, 0, f"unknown {kind}: the tree has no such name here (docs/architecture.md)")
        elif path.is_dir() and path.name not in OPEN:
            yield from check_tree(package, shown)


def check_packages(package: Path) -> Iterator[Problem]:
    """Folders that hold modules and no ``__init__.py``: import-linter and the wheel would not see them."""
    for folder in sorted({path.parent for path in sources_of(package)}):
        if not (folder / "__init__.py").exists():
            yield Problem(folder.relative_to(package).as_posix(), 0, "has modules and no __init__.py")


def functions_of(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Name, first line and count of lines of each function, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def check_lengths(shown: str, source: str, tree: ast.Module) -> Iterator[Problem]:
    """Functions and modules that are too long."""
    lines = source.count("\n")
    if lines > MAX_MODULE_LINES:
        yield Problem(shown, 0, f"{lines} lines; at most {MAX_MODULE_LINES}: one idea a file")
    for name, line, length in functions_of(tree):
        if length > MAX_FUNCTION_LINES:
            yield Problem(shown, line, f"{name} has {length} lines; at most {MAX_FUNCTION_LINES}")


def check_identifiers(shown: str, source: str) -> Iterator[Problem]:
    """Identifiers outside ASCII: Arabic and accents belong in texts and catalogues."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and not token.string.isascii():
            yield Problem(shown, token.start[0], f"identifier {token.string!r} is not ASCII")


def check_purity(shown: str, tree: ast.Module) -> Iterator[Problem]:
    """Calls in pure code that read a clock, chance or the disk: these come as arguments."""
    if not PURE.match(shown):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name) if name in IMPURE_BUILTINS:
                yield Problem(shown, node.lineno, f"pure code calls {name}()")
            case ast.Attribute(attr=name) if name in IMPURE_CALLS:
                yield Problem(shown, node.lineno, f"pure code calls .{name}(): take it as an argument")


def check_source(package: Path, path: Path) -> Iterator[Problem]:
    """Everything that is checked inside one module."""
    shown = path.relative_to(package).as_posix()
    source = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield Problem(shown, error.lineno or 0, "does not parse")
        return
    yield from check_lengths(shown, source, tree)
    yield from check_identifiers(shown, source)
    yield from check_purity(shown, tree)


def sources_of(package: Path) -> list[Path]:
    """The modules under check; migrations are written by Django and left out."""
    return [
        path
        for path in sorted(package.rglob("*.py"))
        if not {"migrations", *IGNORED} & set(path.relative_to(package).parts)
    ]


def check_package(package: Path) -> list[Problem]:
    """All problems of a package folder."""
    problems = [*check_tree(package), *check_packages(package)]
    for path in sources_of(package):
        problems.extend(check_source(package, path))
    return problems


def describe_lengths(package: Path) -> str:
    """One line with the shares that the house style asks for (about 70 % and 95 %)."""
    lengths = [
        length
        for path in sources_of(package)
        for _, _, length in functions_of(ast.parse(path.read_text(encoding="utf-8")))
    ]
    count = len(lengths) or 1
    short, middle = (100 * sum(length <= most for length in lengths) / count for most in (20, 40))
    shares = f"{short:.0f} % within 20 lines (about 70), {middle:.0f} % within 40 (about 95)"
    return f"{len(lengths)} functions: {shares}"


def main(arguments: list[str]) -> int:
    """Prints the problems; 0 when there are none, 1 when there are some, 2 on wrong use."""
    package = Path(arguments[0]) if arguments else Path(__file__).parent.parent / "src" / "mithaq"
    if not package.is_dir():
        print(f"{package} is no folder", file=sys.stderr)
        return 2
    problems = check_package(package)
    for problem in problems:
        print(problem)
    if problems:
        print(f"floors: {len(problems)} problems")
        return 1
    print(f"floors: the tree is in order; {describe_lengths(package)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
