"""A program of a side: what it may read and draft with a token of the one who drafts there."""

import time
from typing import Any

import httpx

from tests import forks

from .world import Side

MAKE_TOKEN = """
import sys
from pathlib import Path
from mithaq.main.wiring.setup import setup
folder = Path(sys.argv[1])
setup(folder)
from mithaq.main.cli.homes import NoSigner
from mithaq.main.wiring.build import open_node
from mithaq.web.accounts.models import User
from mithaq.web.api.tokens import make_token
from mithaq.web.runtime import set_node
node = open_node(folder, NoSigner())
set_node(node)
user = User.objects.get(login=sys.argv[2])
verbs, registers = ("list", "read", "draft"), (sys.argv[3],)
print(make_token(node, user, "desk", name="test", verbs=verbs, registers=registers, highest="green")[1])
"""


class Patient(httpx.Client):
    """Asks again when it asks too often, as the answer says."""

    def request(self, *args: Any, **kwargs: Any) -> httpx.Response:
        answer = super().request(*args, **kwargs)
        while answer.status_code == 429:
            time.sleep(float(answer.headers["Retry-After"]))
            answer = super().request(*args, **kwargs)
        return answer


def open_program(side: Side, register: str) -> httpx.Client:
    """A client of the API of that side, for one register."""
    login = f"{side.code.partition('-')[0]}-author"
    done = forks.run(["-c", MAKE_TOKEN, str(side.actor.folder), login, register], check=True)
    headers = {"Authorization": f"Bearer {done.stdout.decode().strip()}"}
    return Patient(base_url=f"{side.actor.address}/api/v1", headers=headers, timeout=30)
