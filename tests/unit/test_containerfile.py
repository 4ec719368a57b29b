"""The Containerfile, read line by line: nothing here can build it."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
KNOWN = frozenset(
    ("ARG", "FROM", "COPY", "RUN", "ENV", "VOLUME", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD")
)


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines if line.strip()]


def test_the_container_is_as_narrow_as_it_says() -> None:
    found = instructions()
    assert {name for name, _ in found} <= KNOWN
    last = found[max(at for at, (name, _) in enumerate(found) if name == "FROM") :]
    values = dict(last)
    user, _, group = values["USER"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert values["VOLUME"] == "/var/lib/mithaq"
    assert json.loads(values["HEALTHCHECK"].removeprefix("CMD "))[-2:] == ["node", "status"]
    command = json.loads(values["ENTRYPOINT"]) + json.loads(values["CMD"])
    assert command[:3] == ["mithaq", "node", "serve"]
    # One base for both stages, by version at least; what is installed comes by hash or from the wheel.
    [base] = [text for name, text in found if name == "ARG"]
    assert re.fullmatch(r"BASE=docker\.io/library/python(:3\.1[1-9]-slim-[a-z]+|@sha256:[0-9a-f]{64})", base)
    assert all(text.startswith("${BASE}") for name, text in found if name == "FROM")
    installs = [
        part for name, text in found if name == "RUN" for part in text.split("&&") if "pip install" in part
    ]
    assert all(
        "--require-hashes" in part or "--no-index --no" in part or "--no-deps" in part for part in installs
    )
    assert any("--require-hashes" in part and "--only-binary :all:" in part for part in installs)
    assert not any(name == "ADD" or "http" in text for name, text in found)


def test_nothing_but_the_locked_wheel_enters_the_context() -> None:
    lines = (ROOT / ".containerignore").read_text("utf-8").split()
    assert lines == ["*", "!requirements.txt", "!dist/mithaq-*.whl"]
    assert (ROOT / "requirements.txt").read_text("utf-8").count("--hash=sha256:") > 50
