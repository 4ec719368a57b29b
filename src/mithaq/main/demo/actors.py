"""Both sides as the play sees them: child processes that answer calls."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from mithaq.errors import UnavailableError
from mithaq.main.demo.texts import read_text
from mithaq.main.ports import HOST, find_ports
from mithaq.main.wiring.control import unpack_error

Message = dict[str, Any]


class Actor:
    """One side."""

    def __init__(self, name: str, folder: Path, port: int) -> None:
        self.name = name
        self.folder = folder
        self.port = port
        self.code: str = read_text("sides")[name]["code"]
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "mithaq.main.demo.side", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def address(self) -> str:
        """Where its node answers."""
        return f"http://{HOST}:{self.port}"

    def ask(self, do: str, **fields: Any) -> Message:
        """One call. Raises the error that it was answered with.

        Raises:
            UnavailableError: ``side_gone``; the child has ended.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(orjson.dumps({"do": do, **fields}) + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = b""
        if not line:
            raise UnavailableError("side_gone", f"the process of {self.name} has ended")
        answer: Message = orjson.loads(line)
        if "error" in answer:
            raise unpack_error(answer["error"])
        return answer

    def close(self) -> None:
        """End the side, and with it its service."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError:
            pass
        self._process.wait()


@dataclass(frozen=True, slots=True)
class Pair:
    """The two sides."""

    rabat: Actor
    paris: Actor

    def both(self, do: str, **fields: Any) -> tuple[Message, Message]:
        """The same call to both at once."""
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(actor.ask, do, **fields) for actor in (self.rabat, self.paris)]
            first, second = (one.result() for one in asked)
        return first, second

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Actor.close, (self.rabat, self.paris)))


def start_pair(folder: Path) -> Pair:
    """Two sides with homes ``folder/rabat`` and ``folder/paris``; no node is made yet."""
    first, second = find_ports(2)
    return Pair(Actor("rabat", folder / "rabat", first), Actor("paris", folder / "paris", second))
