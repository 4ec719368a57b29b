"""A process that serves the workspace of a home to tests, and tells which pages there are.

    python tests/e2e/serve_workspace.py HOME

It makes an account that holds every role, walks every link from home, and prints one line of JSON:
``{"url", "cookie": {"name", "value"}, "pages": {name: [path]}, "open": {name: [path]}, "names": [name]}``,
paths without their language. Then it serves until its input ends. It reads alone: nothing is appended.
"""

import json
import re
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

LOGIN = "e2e"
HANDLING = {"caveats": [], "purpose": "OC"}
QUESTION = "كم بلغ عدد عمليات الحجز؟"
MOST_VISITS = 4
"""Pages of one name that are opened in search of links."""

MOST_EXAMPLES = 2
LONGEST_RUN_S = 7_200
"""So long the factor counts as just shown: a walk takes longer than five minutes."""

LINK = re.compile(r'(?:href|action)="/fr/([^"#?]*)')
DOWNLOADS = ("Content-Disposition",)


def make_officer() -> Any:
    """An account with every role, so that it sees every page."""
    from mithaq.web.access.table import CODES, KNOWN_CAVEATS, PURPOSES, Role
    from mithaq.web.accounts.models import PostAssignment, User
    from mithaq.web.runtime import get_node

    user = User.objects.create(
        login=LOGIN,
        display_name="نادية الإدريسي",
        pseudonym="e2e-1",
        must_enrol=False,
        created_at=get_node().clock.now(),
    )
    roles = [str(role) for role in Role if role is not Role.BREAK_GLASS]
    PostAssignment.objects.create(
        user=user,
        post="desk",
        roles=roles,
        clearance=CODES[-1],
        caveats=list(KNOWN_CAVEATS),
        purposes=list(PURPOSES),
        persons_purposes=list(PURPOSES),
        from_on=date(2024, 1, 1),
    )
    return user


def prepare(user: Any) -> None:
    """What no demonstration leaves behind: a draft, an account to decide on, a name of this node alone."""
    from mithaq.node.append.submit import Author
    from mithaq.registers.directory.forms.commands import keep_decision, keep_entity
    from mithaq.registers.directory.rules.matching import EntryKind, make_decision, make_entity
    from mithaq.registers.directory.rules.values import NameKind
    from mithaq.web.access.subject import subject_of_user
    from mithaq.web.accounts.actions import ActionKind, propose
    from mithaq.web.accounts.models import User
    from mithaq.web.outgoing.commands import SendNote
    from mithaq.web.outgoing.drafts import Writer, make_draft
    from mithaq.web.runtime import get_node

    title = {"ar": "طلب معلومات", "fr": "Demande d’informations"}
    fields = {"subject": title, "lang": ["ar", "fr"], "handling": {**HANDLING, "code": "green"}}
    body = {"class": "normal_7d", "questions": [{"no": 1, "text": QUESTION}], "author_post": "desk"}
    command = SendNote("requests.request", ("fr-mi",), body, fields)
    make_draft(Writer(user, subject_of_user(user), "desk"), command, "requests", title, "/fr/requests/")
    now = get_node().clock.now()
    other = User.objects.create(login="e2e-2", display_name="Autre", pseudonym="e2e-2", created_at=now)
    propose(ActionKind.CLOSE_ACCOUNT, {}, other, target=user)
    author = Author("desk", "e2e-1")
    names = [
        {"text": "مكان", "lang": "ar", "script": "arab", "kind": "official"},
        {"text": "Lieu", "lang": "fr", "script": "latn", "kind": "official"},
    ]
    entity = make_entity("place", "sample", names)
    keep_entity(entity, author)
    decision = make_decision(
        EntryKind.ALIAS_ADDED, entity.entity_id, "Endroit", NameKind.ALIAS, "Autre nom du même lieu.", None
    )
    keep_decision(decision, author)


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


def workspace_names() -> dict[str, Any]:
    """Name -> view of every page below the language that can be asked for."""
    from django.urls import LocalePrefixPattern, get_resolver

    found: dict[str, Any] = {}

    def collect(patterns: list[Any]) -> None:
        for each in patterns:
            if hasattr(each, "url_patterns"):
                collect(each.url_patterns)
            elif "GET" in getattr(each.callback, "methods", ("GET",)):
                found[each.name or str(each.pattern)] = each.callback

    for each in get_resolver().url_patterns:
        if isinstance(each.pattern, LocalePrefixPattern):
            collect(each.url_patterns)
    return found


def walk(client: Any, starts: list[str]) -> dict[str, list[str]]:
    """Name -> paths of pages that links lead to, from these paths on."""
    from django.urls import Resolver404, resolve
    from django.utils import translation

    waiting, seen = list(starts), set(starts)
    visits: dict[str, int] = {}
    found: dict[str, list[str]] = {}
    with translation.override("fr"):
        while waiting:
            path = waiting.pop(0)
            try:
                match = resolve(f"/fr/{path.partition('?')[0]}")
            except Resolver404:
                continue
            name = match.url_name or match.view_name
            if visits.get(name, 0) >= MOST_VISITS:
                continue
            visits[name] = visits.get(name, 0) + 1
            for link in read_page(client, path, name, found):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
    return found


def read_page(client: Any, path: str, name: str, found: dict[str, list[str]]) -> Iterator[str]:
    """The links of a page; notes it as an example of its name if it is a page at all."""
    answer = client.get(f"/fr/{path}")
    if answer.status_code in (301, 302):
        found.setdefault(name, [])
        target = answer["Location"].removeprefix("/fr/").partition("?")[0]
        yield target
        return
    if answer.status_code >= 500:
        found.setdefault("failed", []).append(path)
        return
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        if answer.status_code == 200:
            found.setdefault(name, [])
        return
    examples = found.setdefault(name, [])
    if len(examples) < MOST_EXAMPLES:
        examples.append(path)
    yield from LINK.findall(answer.content.decode())


def serve(home: Path) -> None:
    """Set up, tell, and answer until the input ends."""
    from mithaq.main.wiring.setup import migrate, setup

    setup(home)
    migrate()
    from cheroot.wsgi import Server
    from django.core.wsgi import get_wsgi_application
    from django.test import Client

    from mithaq.main.cli.homes import NoSigner
    from mithaq.main.wiring.build import open_node
    from mithaq.web.runtime import set_node

    set_node(open_node(home, NoSigner()))
    officer = make_officer()
    prepare(officer)
    client = sign_in(officer)
    names = workspace_names()
    starts = ["", *(f"{name}/" for name in ("due", "waiting", "new")), "account/confirm/", "search/?q=Laftit"]
    opened = [name for name, view in names.items() if getattr(view, "verb", "") == "open"]
    pages = walk(client, starts)
    anonymous = walk(Client(raise_request_exception=False), ["account/sign-in/", "accessibility/"])
    server = Server(("127.0.0.1", 0), get_wsgi_application(), numthreads=4)
    server.prepare()
    threading.Thread(target=server.serve, daemon=True).start()
    [(cookie, morsel)] = client.cookies.items()
    told = {
        "url": f"http://127.0.0.1:{server.bind_addr[1]}",
        "cookie": {"name": cookie, "value": morsel.value},
        "pages": pages,
        "open": {name: paths for name, paths in anonymous.items() if name in opened},
        "names": sorted(names),
    }
    print(json.dumps(told), flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
