"""One side of the demonstration, in a process of its own.

Reads one JSON object a line from stdin, ``{"do": name, …}``, and answers each with one line. The service
of the node is its child; both end when stdin closes, so nothing outlives the demonstration.

    python -m mithaq.main.demo.side HOME
"""

import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from mithaq.core.encoding import encode_base64, parse_base64
from mithaq.errors import MalformedError, MissingError, MithaqError, UnavailableError
from mithaq.main.home import Home, PostHolder, load_choices
from mithaq.main.wiring.collector import look_seldom
from mithaq.main.wiring.control import ControlClient, pack_error

Message = dict[str, Any]

POLL_S = 0.01
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
SERVICE_LOG = "service.log"
SCRIPTED = 100_000
"""Pages that one account may ask for at once: a demonstration is led by scripts too."""


class Side:
    """Answers the calls of the play. Everything of Django is imported after the home is made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._service: subprocess.Popen[bytes] | None = None
        self._hands: Any = None
        self._calls: dict[str, Callable[[Message], Message]] = {
            "create": self._create,
            "enrol": self._enrol,
            "serve": self._serve,
            "stop": self._stop,
        }

    def answer(self, message: Message) -> Message:
        """One answer; an error as ``{"error": …}``."""
        try:
            call = self._calls.get(message["do"])
            answered: Message = call(message) if call else self._need_hands().answer(message)
        except MithaqError as error:
            return {"error": pack_error(error)}
        return answered

    def close(self) -> None:
        """End the service."""
        self._stop({})

    def _create(self, message: Message) -> Message:
        from mithaq.adapters.clock import SystemClock
        from mithaq.adapters.entropy import SystemEntropy
        from mithaq.main.cli.new_node import fill_database
        from mithaq.main.demo.texts import read_text
        from mithaq.main.enrolment import build_card, create_node

        side = read_text("sides")[message["side"]]
        posts = [
            PostHolder(each["post"], each["holder"], ("keys",) if each["post"] == "minister" else ())
            for each in side["posts"]
        ]
        choices = create_node(
            self._folder,
            side["code"],
            side["name"],
            message["base_url"],
            clock=SystemClock(),
            entropy=SystemEntropy(),
            posts=posts,
            tables={
                "cli": {"release": "operator"},
                "web": {"secret_key": secrets.token_hex(32), "demonstration": True, "page_burst": SCRIPTED},
            },
        )
        fill_database(self._folder, choices)
        from mithaq.main.demo.officials import make_officials  # Django is loaded by now

        logins = make_officials(side, message["base_url"])
        return {"card": encode_base64(build_card(self._folder)), "code": side["code"], "logins": logins}

    def _enrol(self, message: Message) -> Message:
        from mithaq.adapters.store.store import DatabaseStore
        from mithaq.main.enrolment import add_partner, parse_card

        identity = load_choices(Home(self._folder)).identity
        store = DatabaseStore(identity.code, identity.origin)
        card = parse_card(parse_base64(message["card"]))
        with store.transaction():
            add_partner(store.roster, store.followed, card, message["fingerprint"], own_code=identity.code)
        return {}

    def _serve(self, message: Message) -> Message:
        bind = f"127.0.0.1:{message['port']}"
        command = [
            sys.executable,
            "-m",
            "mithaq",
            "--home",
            str(self._folder),
            "node",
            "serve",
            "--bind",
            bind,
        ]
        with (self._folder / "run" / SERVICE_LOG).open("ab") as log:
            self._service = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while not self._is_up():
            if self._service.poll() is not None or time.monotonic() > deadline_s:
                raise UnavailableError("service", f"the node did not start; see {log.name}")
            time.sleep(POLL_S)
        return {"pid": self._service.pid}

    def _is_up(self) -> bool:
        try:
            client = ControlClient(self._folder)
        except MissingError:
            return False
        client.close()
        return True

    def _need_hands(self) -> Any:
        if self._hands is None:
            from mithaq.main.demo.hands import Hands

            self._hands = Hands(self._folder)
        return self._hands

    def _stop(self, message: Message) -> Message:
        if self._hands is not None:
            self._hands.close()
            self._hands = None
        service, self._service = self._service, None
        if service is not None and service.poll() is None:
            service.terminate()
            try:
                service.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                service.kill()
                service.wait()
        return {}


def main(folder: Path) -> int:
    """Answer until stdin closes."""
    # Ctrl-C goes to the whole group of the terminal; this process ends when the play closes stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    look_seldom()
    side = Side(folder)
    try:
        for line in sys.stdin.buffer:
            message = orjson.loads(line)
            if not isinstance(message, dict):
                raise MalformedError("demo_message", "a call is an object")
            sys.stdout.buffer.write(orjson.dumps(side.answer(message)) + b"\n")
            sys.stdout.buffer.flush()
    finally:
        side.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
