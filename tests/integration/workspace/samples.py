"""Requests as officials draft them."""

from typing import Any

QUESTION = "كم بلغ عدد عمليات الحجز؟"


def make_request(code: str = "green", urgent: bool = False, **changes: Any) -> Any:
    """A request to the partner."""
    from mithaq.web.outgoing.commands import SendNote

    body: dict[str, Any] = {
        "class": "urgent_8h" if urgent else "normal_7d",
        "questions": [{"no": 1, "text": QUESTION}],
        "author_post": "desk",
    }
    if urgent:
        body["urgency_ground"] = "life_or_limb"
    fields = {
        "subject": {"ar": "طلب معلومات", "fr": "Demande d’informations"},
        "lang": ["ar", "fr"],
        "handling": {"code": code, "caveats": [], "purpose": "OC"},
    }
    return SendNote("requests.request", ("fr-mi",), {**body, **changes}, fields)


def writer(office: Any, user: Any) -> Any:
    """An account as the outgoing pages see it, a factor just shown."""
    from dataclasses import replace

    from mithaq.web.access.subject import subject_of_user
    from mithaq.web.accounts.posts import held_posts
    from mithaq.web.outgoing.drafts import Writer

    return Writer(user, replace(subject_of_user(user), step_up_age_s=0.0), held_posts(user)[0].post)


def draft(office: Any, user: Any, command: Any = None) -> Any:
    """A draft of a request."""
    from mithaq.web.outgoing.drafts import make_draft

    title = {"ar": "طلب معلومات", "fr": "Demande d’informations"}
    return make_draft(writer(office, user), command or make_request(), "requests", title, "/fr/requests/new/")


def hand_over(office: Any, user: Any, made: Any) -> Any:
    """The draft handed over to whoever may release it."""
    from mithaq.web.outgoing.drafts import hand_over as give

    return give(writer(office, user), made.pk)


def shown(office: Any, user: Any, made: Any) -> str:
    """The hash of what that account is shown."""
    from mithaq.web.outgoing.drafts import find_draft
    from mithaq.web.outgoing.preview import make_preview

    return make_preview(office.node, find_draft(made.pk), writer(office, user).author()).shown_sha256
