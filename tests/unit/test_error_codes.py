"""The table of error codes: current, and made by a tool that misses no code."""

from pathlib import Path

import pytest

from tools import error_codes

LOCK = """
class Lock:
    def __init__(self, path, code="held"):
        self._code = code
    def take(self):
        raise RefusedError(self._code)
Lock(1)
Lock(1, "other")
"""


def collect(tmp_path: Path, text: str) -> dict[str, tuple[list[str], list[str]]]:
    """The codes of a package of one module in ``core``."""
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "keys.py").write_text(text, encoding="utf-8")
    return error_codes.Collector(tmp_path).collect()


def test_table_is_current() -> None:
    codes = error_codes.Collector(error_codes.PACKAGE).collect()
    page = error_codes.PAGE.read_text(encoding="utf-8")
    assert error_codes.put_table(page, error_codes.write_table(codes)) == page, "run: make docs"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("raise RefusedError('key_id', 'words')", {"key_id"}),
        ("raise errors.RefusedError('busy' if x else 'disk')", {"busy", "disk"}),
        ("def f(code):\n  raise RefusedError(code)\nf('key_id')\nf(code='key_name')", {"key_id", "key_name"}),
        ("def f(x, code='seed'):\n  raise RefusedError(code)\nf(1)", {"seed"}),
        (
            "def f(x, code=''):\n  raise RefusedError(code or f'bad_{x}')\nf('a')\nf('b', 'c')",
            {"bad_a", "bad_b", "c"},
        ),
        (
            LOCK,
            {"held", "other"},
        ),
        ("class Narrow(RefusedError): ...\nraise Narrow('leaf')", {"leaf"}),
        ("raise RefusedError(error.code, error.message)", set()),
    ],
)
def test_codes_are_found(tmp_path: Path, text: str, codes: set[str]) -> None:
    found = collect(tmp_path, text)
    assert set(found) == codes
    assert all(places == (["refused"], ["core"]) for places in found.values())


@pytest.mark.parametrize(
    "text",
    [
        "raise RefusedError('Not A Code')",
        "raise RefusedError(made_up())",
        "code = pick()\nraise RefusedError(code)",
        "raise RefusedError(error.family)",
        "class OtherError(MithaqError): ...\nraise RefusedError('key_id')\nraise OtherError('key_id')",
    ],
)
def test_a_code_that_cannot_be_known_fails(tmp_path: Path, text: str) -> None:
    with pytest.raises(error_codes.UnknownCodeError):
        collect(tmp_path, text)


def test_a_page_without_markers_fails() -> None:
    with pytest.raises(ValueError):
        error_codes.put_table("# 13 Errors\n", "table")
