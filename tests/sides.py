"""Both sides of the demonstration on homes that were made once a run, in processes that find all loaded.

The homes are what ``side.py`` makes, keys, accounts and all; a copy gets an address of its own, in
``node.toml`` as the product writes it, and so in its card. All that follows is the product's: enrolment,
service, acts.
"""

import json
import os
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from mithaq.core.encoding import encode_base64
from mithaq.errors import MissingError
from mithaq.main.demo.actors import Actor, Message, Pair
from mithaq.main.enrolment import build_card
from mithaq.main.home import Home, load_choices, save_choices
from mithaq.main.ports import HOST, find_ports
from mithaq.main.wiring.control import ControlClient

from .forks import Program
from .prepared import prepared

NOWHERE = f"http://{HOST}:1"
"""Address of a home that was not copied yet."""

ANSWER = "answer.json"
READY_S = 60.0
STOP_S = 20.0


SIDE = """
import sys
from pathlib import Path
from mithaq.main.demo.side import main
from mithaq.main.wiring.setup import setup
folder = Path(sys.argv[1])
setup(folder)
sys.exit(main(folder))
"""
"""A side that finds its home made: it sets Django up itself, as ``create`` would."""


class NewActor(Actor):
    """A side in a fork, which has no home yet."""

    def _start(self) -> Any:
        return self._fork("-m", "mithaq.main.demo.side")

    def _fork(self, *program: str) -> Any:
        pipe = subprocess.PIPE
        return Program([*program, str(self.folder)], stdin=pipe, stdout=pipe, start_new_session=True)


class PreparedActor(NewActor):
    """A side whose home is a copy; its service is a fork too."""

    _service: Program | None = None

    def _start(self) -> Any:
        self._created = self._copy()
        return self._fork("-c", SIDE)

    def ask(self, do: str, **fields: Any) -> Message:
        """As a side; its home and its service come from here."""
        match do:
            case "create":
                assert fields["base_url"] == self.address
                return self._created
            case "serve":
                return self._serve(fields["port"])
            case "stop":
                answer = super().ask(do)
                self._stop()
                return answer
            case _:
                return super().ask(do, **fields)

    def close(self) -> None:
        """End the side, then its service."""
        super().close()
        self._stop()

    def _copy(self) -> Message:
        made = prepared(f"side-{self.name}", self._make)
        shutil.copytree(made / self.name, self.folder)
        home = Home(self.folder)
        choices = load_choices(home)
        save_choices(home, replace(choices, identity=replace(choices.identity, base_url=self.address)))
        answer: Message = json.loads((made / ANSWER).read_text())
        for each in answer["logins"]:
            each["url"] = self.address + each["url"].removeprefix(NOWHERE)
        return {**answer, "card": encode_base64(build_card(self.folder))}

    def _make(self, folder: Path) -> None:
        side = NewActor(self.name, folder / self.name, 1)
        try:
            answer = side.ask("create", side=self.name, base_url=NOWHERE)
        finally:
            side.close()
        (folder / ANSWER).write_text(json.dumps(answer))

    def _serve(self, port: int) -> Message:
        with (self.folder / "run" / "service.log").open("ab") as log:
            self._service = Program(
                ["-m", "mithaq", "--home", str(self.folder), "node", "serve", "--bind", f"{HOST}:{port}"],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        ends_s = time.monotonic() + READY_S
        while not self._is_up():
            assert self._service.poll() is None, Path(log.name).read_text()
            assert time.monotonic() < ends_s, Path(log.name).read_text()
            time.sleep(0.01)
        return {"pid": self._service.pid}

    def _is_up(self) -> bool:
        try:
            ControlClient(self.folder).close()
        except MissingError:
            return False
        return True

    def _stop(self) -> None:
        service, self._service = self._service, None
        if service is None:
            return
        service.terminate()
        try:
            service.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(service.pid, 9)
            service.wait()


def start_pair(folder: Path) -> Pair:
    """Two sides with homes ``folder/rabat`` and ``folder/paris``; both have one."""
    first, second = find_ports(2)
    sides = [PreparedActor(name, folder / name, port) for name, port in (("rabat", first), ("paris", second))]
    return Pair(*sides)
