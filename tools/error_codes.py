"""Writes the table of error codes in docs/spec/13-errors.md, and the module of families that the API serves.

    python tools/error_codes.py            write both
    python tools/error_codes.py --check    exit 1 when one of them is not what the source says

Reads the source by its syntax tree and imports nothing of it. A code is the first argument of an error of
the tree. Where it is a parameter, the calls of that function are followed; where it can be known by neither,
it has to be told in ``TOLD``, or the check fails: a code that no page lists cannot be relied on.
"""

import ast
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "mithaq"
PAGE = ROOT / "docs" / "spec" / "13-errors.md"
MODULE = PACKAGE / "web" / "api" / "error_families.py"
BEGIN = "<!-- codes: made by tools/error_codes.py; do not edit by hand -->"
END = "<!-- end of codes -->"

CODE = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)
FAMILIES = {
    "MithaqError": "internal",
    "MalformedError": "malformed",
    "RefusedError": "refused",
    "NotAllowedError": "not allowed",
    "ConflictError": "conflict",
    "MissingError": "missing",
    "UnavailableError": "unavailable",
    "UsageError": "usage",
    "FoundProblem": "problem",
}
"""Class -> the family as page 13 calls it; other classes are of the family of their base."""

PASSED_ON = frozenset({"act.reason", "error.code", "report.problem.code", "self.code"})
"""The code of an error that was raised elsewhere, and is collected there."""

TOLD: dict[tuple[str, str], tuple[str, ...]] = {
    ("core/instruments/decide.py", "misfit.value"): (
        "other_object",
        "other_signatories",
    ),
    ("web/access/gate.py", "decision.reason"): (
        "above_clearance",
        "caveat_not_held",
        "no_right_to_persons",
        "no_role",
        "not_a_reader",
        "not_released_to_us",
        "not_signed_in",
        "other_purpose",
        "own_draft",
        "restricted",
        "unknown_verb",
    ),
    # Beside this one, whatever code of the same form the partner sent.
    ("adapters/http/answer.py", "code"): ("partner_problem",),
    ("adapters/http/answer.py", "refusal"): ("partner_refused",),
}
"""(module, expression) -> codes, where following the calls does not lead to them."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class UnknownCodeError(Exception):
    """A code that the tool can neither read nor follow, or that is not of the form."""


@dataclass(slots=True)
class Module:
    """One parsed file, with the function and the class around each node."""

    path: str
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    calls: dict[str, list[ast.Call]] = field(default_factory=dict)
    """By the name of what is called, in the order of the source."""

    def __post_init__(self) -> None:
        for parent in ast.walk(self.tree):
            for child in ast.iter_child_nodes(parent):
                self.parents[child] = parent
            if isinstance(parent, ast.Call):
                self.calls.setdefault(name_of(parent.func), []).append(parent)

    def function_with(self, node: ast.AST, parameter: str) -> Function | None:
        """The innermost function around ``node`` that has a parameter of that name."""
        at: ast.AST | None = node
        while at is not None:
            if isinstance(at, Function) and parameter in {one.arg for one in parameters_of(at)}:
                return at
            at = self.parents.get(at)
        return None

    def class_around(self, node: ast.AST) -> ast.ClassDef | None:
        """The innermost class around ``node``."""
        at: ast.AST | None = node
        while at is not None and not isinstance(at, ast.ClassDef):
            at = self.parents.get(at)
        return at

    def calls_of(self, name: str) -> list[ast.Call]:
        """Calls of a function, a method or a class of that name."""
        return self.calls.get(name, [])


def name_of(node: ast.expr) -> str:
    """The last name of ``a.b.name``; empty for what has none."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def parameters_of(function: Function) -> list[ast.arg]:
    """All parameters that have a name, in order."""
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def default_of(function: Function, parameter: str) -> ast.expr | None:
    """What a parameter is when a call leaves it out."""
    positional = [*function.args.posonlyargs, *function.args.args]
    defaults = dict(zip([one.arg for one in positional][::-1], function.args.defaults[::-1], strict=False))
    named = zip([one.arg for one in function.args.kwonlyargs], function.args.kw_defaults, strict=True)
    return {**defaults, **dict(named)}.get(parameter)


def argument_of(call: ast.Call, function: Function, parameter: str) -> ast.expr | None:
    """What a call passes for a parameter; its default when left out."""
    for keyword in call.keywords:
        if keyword.arg == parameter:
            return keyword.value
    names = [one.arg for one in parameters_of(function)]
    place = names.index(parameter) - (1 if names[0] in ("self", "cls") else 0)
    return call.args[place] if place < len(call.args) else default_of(function, parameter)


class Collector:
    """Finds every code of a package, with the families and the floors it arises in."""

    def __init__(self, package: Path) -> None:
        self._modules = [
            Module(path.relative_to(package).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
            for path in sorted(package.rglob("*.py"))
            if "migrations" not in path.parts
        ]
        self._families = self._with_subclasses()

    def _with_subclasses(self) -> dict[str, str]:
        families = dict(FAMILIES)
        for module in self._modules:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.ClassDef):
                    for base in map(name_of, node.bases):
                        if base in families:
                            families.setdefault(node.name, families[base])
        return families

    def collect(self) -> dict[str, tuple[list[str], list[str]]]:
        """Code -> (families, floors), in the order of the codes.

        Raises:
            UnknownCodeError: a code cannot be known, is not of the form, or stands in two families.
        """
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for module in self._modules:
            floor = module.path.split("/")[0].removesuffix(".py")
            for call in self._errors_of(module):
                for code in self._resolve(call.args[0], module):
                    if CODE.fullmatch(code) is None:
                        raise UnknownCodeError(f"{module.path}:{call.lineno}: {code!r} is not of the form")
                    found[code].add((self._families[name_of(call.func)], floor))
        _check_families(found)
        return {
            code: (sorted({family for family, _ in places}), sorted({floor for _, floor in places}))
            for code, places in sorted(found.items())
        }

    def _errors_of(self, module: Module) -> Iterator[ast.Call]:
        for name in sorted(module.calls.keys() & self._families.keys()):
            yield from (call for call in module.calls[name] if call.args)

    def _resolve(self, code: ast.expr, module: Module) -> set[str]:
        text = ast.unparse(code)
        if text in PASSED_ON:
            return set()
        if (module.path, text) in TOLD:
            return set(TOLD[module.path, text])
        match code:
            case ast.Constant(value=str() as value):
                return {value} - {""}
            case ast.IfExp(body=body, orelse=other):
                return self._resolve(body, module) | self._resolve(other, module)
            case ast.BoolOp(op=ast.Or(), values=values):
                return set().union(*(self._resolve(value, module) for value in values))
            case ast.JoinedStr(values=values):
                parts = [self._resolve(_unwrap(value), module) for value in values]
                return {"".join(chosen) for chosen in product(*parts)}
            case ast.Name(id=name):
                return self._follow(name, code, module)
            case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
                return self._follow_attribute(attribute, code, module)
        raise UnknownCodeError(f"{module.path}:{code.lineno}: the code {text} cannot be known")

    def _follow(self, parameter: str, at: ast.expr, module: Module) -> set[str]:
        function = module.function_with(at, parameter)
        if function is None:
            raise UnknownCodeError(f"{module.path}:{at.lineno}: {parameter} is no parameter")
        codes: set[str] = set()
        for call in module.calls_of(function.name):
            argument = argument_of(call, function, parameter)
            codes |= self._resolve(argument, module) if argument is not None else set()
        return codes

    def _follow_attribute(self, attribute: str, at: ast.expr, module: Module) -> set[str]:
        """A code that a class was made with: ``self._code = code``."""
        owner = module.class_around(at)
        made = next((one for one in owner.body if isinstance(one, Function)), None) if owner else None
        parameter = attribute.lstrip("_")
        if owner is None or made is None or parameter not in {one.arg for one in parameters_of(made)}:
            raise UnknownCodeError(f"{module.path}:{at.lineno}: self.{attribute} cannot be followed")
        codes: set[str] = set()
        for other in self._modules:
            for call in other.calls_of(owner.name):
                argument = argument_of(call, made, parameter)
                codes |= self._resolve(argument, other) if argument is not None else set()
        return codes


def _check_families(found: Mapping[str, set[tuple[str, str]]]) -> None:
    """A code has one family: who meets it must know from it alone whether to try again (13.1.5)."""
    for code, places in sorted(found.items()):
        families = sorted({family for family, _ in places})
        if len(families) > 1:
            raise UnknownCodeError(f"{code} stands in {len(families)} families: {', '.join(families)}")


def _unwrap(part: ast.expr) -> ast.expr:
    return part.value if isinstance(part, ast.FormattedValue) else part


Codes = Mapping[str, tuple[list[str], list[str]]]
"""Code -> (families, floors)."""


def write_table(codes: Codes) -> str:
    """The table, between its two markers."""
    rows = [
        f"| `{code}` | {', '.join(families)} | {', '.join(f'`{floor}`' for floor in floors)} |"
        for code, (families, floors) in codes.items()
    ]
    return "\n".join([BEGIN, "", "| code | family | floor |", "|---|---|---|", *rows, "", END])


def put_table(page: str, table: str) -> str:
    """The page with the table in the place of the old one.

    Raises:
        ValueError: the page lacks its markers.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page lacks the markers of the table")
    return f"{before}{table}{after}"


def write_module(codes: Codes) -> str:
    """The module: code -> the family that it has most broadly, for the pages that explain a code."""
    by_family: dict[str, list[str]] = defaultdict(list)
    for code, (families, _) in codes.items():
        by_family[families[0]].append(code)
    rows = []
    for family, names in sorted(by_family.items()):
        lines = textwrap.wrap(" ".join(names), 96, break_on_hyphens=False)
        # The last line needs no blank behind it, and one line alone no brackets.
        texts = [f'"{line} "' for line in lines[:-1]] + [f'"{lines[-1]}"']
        rows += [f'    "{family}": {texts[0]},'] if len(texts) == 1 else [
            f'    "{family}": (', *(f"        {text}" for text in texts), "    ),",
        ]  # fmt: skip
    head = '"""Families of the codes; made by tools/error_codes.py, do not edit by hand."""'
    each = "code: family for family, codes in _CODES.items() for code in codes.split()"
    tail = f"FAMILIES: dict[str, str] = {{{each}}}"
    return "\n".join([head, "", "_CODES: dict[str, str] = {", *rows, "}", "", tail, ""])


def main(arguments: list[str]) -> int:
    """Write, or compare; 0 when all is well, 1 when something is not current."""
    page = PAGE.read_text(encoding="utf-8")
    module = MODULE.read_text(encoding="utf-8") if MODULE.exists() else ""
    try:
        codes = Collector(PACKAGE).collect()
        new, new_module = put_table(page, write_table(codes)), write_module(codes)
    except UnknownCodeError as error:
        print(f"error_codes: {error}", file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        is_old = (new, new_module) != (page, module)
        if is_old:
            print(f"{PAGE.name} is not what the source says; run: make docs", file=sys.stderr)
        return int(is_old)
    PAGE.write_text(new, encoding="utf-8")
    MODULE.write_text(new_module, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
