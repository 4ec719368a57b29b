"""A process that makes a demonstrated home ready for the browser, and tells which pages there are.

    python tests/e2e/prepare_workspace.py HOME

It makes an account with every role and what no demonstration leaves behind, walks every link from home, and
prints one line of JSON: the members of ``served.Workspace`` without ``url``, paths without their language.
"""

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.e2e import states_of_workspace as states

MOST_VISITS = 4
"""Pages of one name that are opened in search of links."""

MOST_EXAMPLES = 2
LONGEST_RUN_S = 7_200
"""So long the factor counts as just shown: a walk takes longer than five minutes."""

LINK = re.compile(r'(?:href|action)="/fr/([^"#?]*)')
FORM = re.compile(r'<form id="page-form"[^>]*>.*?</form>', re.DOTALL)
SENT = re.compile(r'<form(?=[^>]*method="post")(?:[^>]*?action="([^"#]*)")?')
TYPED = re.compile(r"<(?:textarea|select|input(?![^>]*type=\"(?:hidden|checkbox|radio)\"))")


def sign_in(user: Any) -> Any:
    """A client of Django with a session of that account, just begun."""
    from django.test import Client

    from mithaq.web.accounts import session_times

    client = Client(raise_request_exception=False)
    client.force_login(user)
    session = client.session
    for key in (session_times.BEGAN, session_times.SEEN):
        session[key] = session_times.now_s()
    session[session_times.STEP_UP] = session_times.now_s() + LONGEST_RUN_S
    session["account_authentication_methods"] = [{"method": "link", "at": time.time() + LONGEST_RUN_S}]
    session.save()
    return client


def begin_sign_in(user: Any) -> Any:
    """A client that has shown a password and not its code."""
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.get("/fr/account/sign-in/")
    answer = client.post(
        "/fr/account/sign-in/", {"login": user.login, "password": states.PASSWORD}, follow=True
    )
    assert answer.request["PATH_INFO"] == "/fr/account/code/", answer.request["PATH_INFO"]
    return client


def stay_signed_in(client: Any) -> None:
    """However late a worker comes to it, nobody has been idle; on a busy machine the session would end."""
    from mithaq.web.accounts import session_times

    session = client.session
    if session_times.SEEN in session:
        session[session_times.SEEN] = session_times.now_s() + LONGEST_RUN_S
        session.save()


def workspace_names() -> list[str]:
    """Names of every page below the language that can be asked for."""
    from django.urls import LocalePrefixPattern, get_resolver

    found: set[str] = set()

    def collect(patterns: list[Any]) -> None:
        for each in patterns:
            if hasattr(each, "url_patterns"):
                collect(each.url_patterns)
            elif "GET" in getattr(each.callback, "methods", ("GET",)):
                found.add(each.name or str(each.pattern))

    for each in get_resolver().url_patterns:
        if isinstance(each.pattern, LocalePrefixPattern):
            collect(each.url_patterns)
    return sorted(found)


class Walk:
    """Which pages links lead to, from some paths on.

    Attributes:
        pages: name -> paths.
        forms: paths of pages with a form that a person fills in.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.pages: dict[str, list[str]] = {}
        self.forms: list[str] = []

    def run(self, starts: list[str]) -> None:
        from django.urls import Resolver404, resolve
        from django.utils import translation

        waiting, seen = list(starts), set(starts)
        visits: dict[str, int] = {}
        with translation.override("fr"):
            while waiting:
                path = waiting.pop(0)
                try:
                    match = resolve(f"/fr/{path.partition('?')[0]}")
                except Resolver404:
                    self.pages.setdefault("leads nowhere", []).append(path)
                    continue
                name = match.url_name or match.view_name
                if visits.get(name, 0) >= MOST_VISITS:
                    continue
                visits[name] = visits.get(name, 0) + 1
                for link in self.read(path, name):
                    if link not in seen:
                        seen.add(link)
                        waiting.append(link)

    def read(self, path: str, name: str) -> Iterator[str]:
        """The links of a page; notes it as an example of its name if it is a page at all."""
        answer = self._client.get(f"/fr/{path}")
        if answer.status_code == 404:
            self.pages.setdefault("leads nowhere", []).append(path)
        if answer.status_code in (301, 302):
            self.pages.setdefault(name, [])
            yield answer["Location"].removeprefix("/fr/").partition("?")[0]
            return
        if answer.status_code >= 500 or answer.status_code == 429:
            self.pages.setdefault("failed", []).append(path)
            return
        if answer.status_code != 200:
            return
        examples = self.pages.setdefault(name, [])
        if not answer["Content-Type"].startswith("text/html"):
            return
        text = answer.content.decode()
        if len(examples) < MOST_EXAMPLES:
            examples.append(path)
            form = FORM.search(text)
            if len(examples) == 1 and form and TYPED.search(form[0]):
                self.forms.append(path)
        self._check_buttons(path, text)
        yield from LINK.findall(text)

    def _check_buttons(self, path: str, text: str) -> None:
        """Note each form of a page that is sent to where nothing takes it."""
        from django.urls import Resolver404, resolve

        for action in SENT.findall(text):
            try:
                taker = resolve(action.partition("?")[0] or f"/fr/{path.partition('?')[0]}")
            except Resolver404:
                taker = None
            if "POST" not in getattr(taker and taker.func, "methods", ("POST",) if taker else ()):
                self.pages.setdefault("takes nothing", []).append(f"{path} {action}")


def find_texts(node: Any, *kinds: str) -> list[str]:
    """The first instrument of each kind."""
    from mithaq.node.ports import RowQuery

    return [node.store.rows.instruments(RowQuery(object_kind=kind), 1)[0].object_id for kind in kinds]


def prepare(node: Any) -> dict[str, Any]:
    """What is told."""
    from mithaq.web.accounts.actions import ActionKind, propose

    officer = states.make_user("e2e-1", "نادية الإدريسي", roles=True, enrolled=True)
    other = states.make_user("e2e-2", "Autre")
    half = states.make_user("e2e-3", "Karim Tazi", enrolled=True)
    draft = states.make_draft(officer)
    states.make_names()
    dossier = states.make_records(node)
    propose(ActionKind.CLOSE_ACCOUNT, {}, other, target=officer)
    clients = {"officer": sign_in(officer), "guest": sign_in(other), "halfway": begin_sign_in(half)}
    states.make_texts(clients["officer"])
    campaign, body, text, roadmap = find_texts(
        node, "review.review_plan", "meetings.mandate", "agreements.agreement", "roadmap.roadmap"
    )
    states.make_versions(clients["officer"], node, campaign, body, text)
    walk = Walk(clients["officer"])
    lists = (f"{name}/" for name in ("due", "waiting", "new"))
    walk.run(["", *lists, "account/confirm/", "search/?q=Laftit", "accessibility/", "account/break-glass/"])
    named = list(states.list_states(officer, other, dossier, draft))
    named.append(("review-seals", {"path": f"review/{campaign}/seals/"}))
    named.append(("roadmap-do", {"path": f"roadmap/{roadmap}/do/final/"}))
    cookies = {"nobody": {}}
    for seat, client in clients.items():
        stay_signed_in(client)
        [(name, morsel)] = client.cookies.items()
        cookies[seat] = {"name": name, "value": morsel.value}
    return {
        "cookies": cookies,
        "pages": walk.pages,
        "forms": walk.forms,
        "states": [visit for _, visit in named],
        "state_names": [name for name, _ in named],
        "names": workspace_names(),
    }


def main(home: Path) -> None:
    """Open the node for writing, prepare, tell."""
    from mithaq.main.wiring.setup import migrate, setup

    setup(home)
    migrate()
    from mithaq.main.wiring.build import opened_node
    from mithaq.main.wiring.writer import writer
    from mithaq.web.api import rates
    from mithaq.web.runtime import set_node

    rates.PAGE_BURST = 1_000_000  # the walk asks faster than a person

    with opened_node(home) as plain, writer(plain, home) as node:
        set_node(node)
        print(json.dumps(prepare(node)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
