"""What no demonstration leaves behind, made in the node that the browser then walks.

Drafts, accounts to decide on, keys of a person, a dossier, a released source; and the pages that no link
leads to: what stands before sign-in, refusals, forms that were sent wrongly.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

PASSWORD = "sept chats dorment ici"
HANDLING = {"code": "green", "caveats": [], "purpose": "OC"}
ADMIN = {**HANDLING, "purpose": "ADMIN"}
QUESTION = "كم بلغ عدد عمليات الحجز؟"
TITLE = {"ar": "طلب معلومات", "fr": "Demande d’informations"}


def make_user(login: str, name: str, *, roles: bool = False, enrolled: bool = False) -> Any:
    """An account, with every role if asked for, with codes and passkeys if asked for."""
    from mithaq.web.access.table import CODES, KNOWN_CAVEATS, PURPOSES, Role
    from mithaq.web.accounts.models import PostAssignment, User
    from mithaq.web.runtime import get_node

    user = User.objects.create(
        login=login,
        display_name=name,
        pseudonym=login,
        must_enrol=False,
        created_at=get_node().clock.now(),
    )
    if enrolled:
        enrol(user)
    if roles:
        PostAssignment.objects.create(
            user=user,
            post="desk",
            roles=[str(role) for role in Role if role is not Role.BREAK_GLASS],
            clearance=CODES[-1],
            caveats=list(KNOWN_CAVEATS),
            purposes=list(PURPOSES),
            persons_purposes=list(PURPOSES),
            from_on=date(2024, 1, 1),
        )
    return user


def enrol(user: Any) -> None:
    """A password, codes, codes for recovery and two passkeys."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.webauthn.internal.auth import WebAuthn

    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    for name in ("مفتاح المكتب", "Clé de secours"):
        WebAuthn.add(user, name, make_credential(name.encode()))


def make_credential(seed: bytes) -> dict[str, Any]:
    """What an authenticator would have given; nobody holds its private key."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from fido2.cose import ES256
    from fido2.utils import websafe_encode
    from fido2.webauthn import (
        AttestationObject,
        AttestedCredentialData,
        AuthenticatorData,
        CollectedClientData,
    )

    number = hashlib.sha256(seed).digest()
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    data = AttestedCredentialData.create(bytes(16), number, public)
    flags = (
        AuthenticatorData.FLAG.USER_PRESENT
        | AuthenticatorData.FLAG.USER_VERIFIED
        | AuthenticatorData.FLAG.ATTESTED
    )
    shown = AuthenticatorData.create(hashlib.sha256(b"localhost").digest(), flags, 0, data)
    client = CollectedClientData.create("webauthn.create", bytes(32), "http://localhost")
    return {
        "id": websafe_encode(number),
        "rawId": websafe_encode(number),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", shown, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


def make_draft(user: Any, post: str = "desk") -> Any:
    """A request that is not sent."""
    from mithaq.web.access.subject import subject_of_user
    from mithaq.web.outgoing import drafts
    from mithaq.web.outgoing.commands import SendNote

    fields = {"subject": TITLE, "lang": ["ar", "fr"], "handling": HANDLING}
    body = {"class": "normal_7d", "questions": [{"no": 1, "text": QUESTION}], "author_post": post}
    command = SendNote("requests.request", ("fr-mi",), body, fields)
    writer = drafts.Writer(user, subject_of_user(user), post)
    return drafts.make_draft(writer, command, "requests", TITLE, "/fr/requests/")


def make_names() -> None:
    """A name of this node alone, with a decision of a person."""
    from mithaq.node.append.submit import Author
    from mithaq.registers.directory.forms.commands import keep_decision, keep_entity
    from mithaq.registers.directory.rules.matching import EntryKind, make_decision, make_entity
    from mithaq.registers.directory.rules.values import NameKind

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


def make_records(node: Any) -> str:
    """Two requests of one dossier, and a source that was released to the partner; gives the dossier."""
    from mithaq.node.append.submit import Author, Desk, NoteContent
    from mithaq.registers.sources.forms.leaving import Outgoing, release_command
    from mithaq.registers.sources.models import Source
    from mithaq.web.outgoing.perform import perform

    author, desk = Author("desk", "e2e-1"), Desk(node)
    dossier = str(desk.new_object_id())
    for number in (1, 2):
        title = {lang: f"{text} {number}" for lang, text in TITLE.items()}
        body = {"class": "normal_7d", "questions": [{"no": 1, "text": QUESTION}], "author_post": "desk"}
        fields = {"subject": title, "lang": ["ar", "fr"], "handling": HANDLING, "dossier": dossier}
        desk.send_note(NoteContent("requests.request", ["fr-mi"], body, fields), author)
    row = Source.objects.order_by("source_id").first()
    perform(release_command(row, Outgoing(("fr-mi",), {"ar": "بلاغ", "fr": "Communiqué"})), author, node)
    return dossier


def make_texts(client: Any) -> None:
    """An agreement and a roadmap in draft, each with its first part."""
    title = {"title_ar": "مشروع نص", "title_fr": "Projet de texte"}
    draft = client.post("/fr/agreements/new/", {"kind": "agreements.agreement", **title})["Location"]
    article = {"text_ar": "واحد.", "text_fr": "Un."}
    path = f"{draft}articles/new/"
    client.post(path, {**shown_fields(client, path), **article})
    head = {
        **shown_fields(client, "/fr/roadmap/new/"),
        **title,
        "period_from_on": "1/1/2026",
        "period_to_on": "31/12/2030",
        "report_cycle_months": "3",
        "chapters": ["MIG", "EVENT"],
        "signs_ma-mi": "minister",
        "signs_fr-mi": "minister",
    }
    draft = client.post("/fr/roadmap/new/", head)["Location"]
    line = {
        "title_ar": "بند",
        "title_fr": "Ligne",
        "field": "MIG",
        "owner": "ma-mi",
        "start_on": "1/1/2026",
        "due_on": "31/12/2026",
    }
    path = f"{draft}lines/0/"
    client.post(path, {**shown_fields(client, path), **line})


def send_form(client: Any, node: Any, path: str, **typed: str) -> None:
    """A form as it stands, with what is typed; the act leaves at once."""
    from mithaq.node.append.submit import Author
    from mithaq.web.outgoing.drafts import get_command
    from mithaq.web.outgoing.perform import perform
    from tests.integration.meetings.person import Page

    answer = client.get(path)
    form = Page(path, answer.status_code, answer.content.decode(), answer.headers).main_form()
    preview = client.post(path, {**form.values, **typed})
    assert "/outgoing/" in preview.get("Location", ""), path
    draft_id = preview["Location"].rstrip("/").rpartition("/")[2]
    perform(get_command(draft_id), Author("release", "ma-release-1"), node)


def make_versions(client: Any, node: Any, campaign: str, body: str, text: str) -> None:
    """A second version of a mandate and of a campaign, and a new campaign, all for the other side to sign."""
    send_form(client, node, f"/fr/meetings/{body}/do/revise-mandate/")
    send_form(client, node, f"/fr/review/{campaign}/revise/")
    send_form(client, node, "/fr/review/new/", title_ar="مراجعة", title_fr="Réexamen", agreements=text)


def shown_fields(client: Any, path: str) -> dict[str, str]:
    """The hidden fields of a page, as its buttons would send them."""
    text = client.get(path).content.decode()
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def list_states(officer: Any, other: Any, dossier: str, draft: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name of the page or of the state, visit) of what no link leads to."""
    from mithaq.web.accounts.links import make_link
    from mithaq.web.runtime import get_node

    link = make_link(other, get_node().clock.now())
    keys = officer.authenticator_set.filter(type="webauthn").first().pk
    yield "account_login", {"path": "account/sign-in/", "seat": "nobody"}
    wrong = {"login": "nobody", "password": "wrong"}
    yield "wrong password", {"path": "account/sign-in/", "seat": "nobody", "fields": wrong}
    yield "account_link", {"path": f"account/link/{link}/", "seat": "nobody"}
    yield "used link", {"path": f"account/link/{'x' * 43}/", "seat": "nobody", "status": 404}
    yield "account_inactive", {"path": "account/inactive/", "seat": "nobody"}
    yield "socialaccount_login_cancelled", {"path": "account/oidc/cancelled/", "seat": "nobody"}
    yield "socialaccount_login_error", {"path": "account/oidc/error/", "seat": "nobody", "status": 401}
    yield "mfa_authenticate", {"path": "account/code/", "seat": "halfway"}
    yield "wrong code", {"path": "account/code/", "seat": "halfway", "fields": {"code": "000000"}}
    for name, path in (
        ("account_set_password", "password/"),
        ("mfa_deactivate_totp", "factors/codes/off/"),
        ("mfa_view_recovery_codes", "factors/recovery/"),
        ("mfa_generate_recovery_codes", "factors/recovery/new/"),
        ("mfa_edit_webauthn", f"factors/passkeys/{keys}/edit/"),
        ("mfa_remove_webauthn", f"factors/passkeys/{keys}/remove/"),
        ("mfa_reauthenticate", "confirm/code/"),
        ("mfa_reauthenticate_webauthn", "confirm/passkey/"),
    ):
        yield name, {"path": f"account/{path}"}
    yield "mfa_activate_totp", {"path": "account/factors/codes/on/", "seat": "guest"}
    yield "first factors", {"path": "account/", "seat": "guest"}
    yield "dossier", {"path": f"dossiers/{dossier}/"}
    yield "home of who reads nothing", {"path": "", "seat": "guest"}
    yield "404, hidden", {"path": "officers/", "seat": "guest", "status": 404}
    yield "403", {"path": "journal/", "seat": "guest", "status": 403}
    yield "403, forged", {"path": "account/preferences/", "fields": {}, "token": False, "status": 403}
    yield "404", {"path": "nowhere/", "status": 404}
    yield "404, no page", {"path": "requests/?page=999", "status": 404}
    yield "405", {"path": "account/sign-out/", "status": 405}
    release = f"outgoing/{draft.pk}/release/"
    yield "409", {"path": release, "fields": {"shown": "0" * 64}, "status": 409}
    yield "413", {"path": "search/", "fields": {"q": "x" * 3_000_000}, "status": 413}
    for status in (400, 422, 429, 500, 503):
        yield f"{status}", {"path": f"failures/{status}/", "status": status}
    yield "filtered", {"path": "agreements/?state=in_force"}
    yield "empty, filtered", {"path": "agreements/?state=declined"}
    yield "nothing found", {"path": "search/?q=zzzzzz"}
