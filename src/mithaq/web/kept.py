"""What a person had typed, and where he was: kept in his session for a change of language or of page.

The button of a language inside a form sends that form: it is kept, and the same page opens in the other
language with it. So it is when a session has ended meanwhile: the form waits in the browser's next session
until the same person has signed in. Nothing of it is stored in the record.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from mithaq.web.language import LANGUAGES, in_language

SWITCH: Final = "_language"
"""Name of the button."""

_FORMS: Final = "mq_forms"
_WAITING: Final = "mq_waiting"
_LAST: Final = "mq_last"
_MOST_FORMS: Final = 3
_MOST_CHARS: Final = 200_000


def switch_language(request: HttpRequest) -> HttpResponse | None:
    """Keep the form and go to the page in the language that was asked for; None if none was."""
    lang = request.POST.get(SWITCH, "")
    if lang not in LANGUAGES:
        return None
    keep_form(request)
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    return HttpResponseRedirect(in_language(lang, request.path_info) + query)


def keep_form(request: HttpRequest) -> None:
    """Keep what was typed, without secrets and files."""
    typed = {
        name: values
        for name, values in request.POST.lists()
        if name not in (SWITCH, "csrfmiddlewaretoken") and "password" not in name and name != "code"
    }
    if sum(len(value) for values in typed.values() for value in values) > _MOST_CHARS:
        return
    forms = dict(request.session.get(_FORMS, {}))
    forms.pop(_place(request), None)
    forms[_place(request)] = typed
    request.session[_FORMS] = dict(list(forms.items())[-_MOST_FORMS:])


def kept_values(request: HttpRequest) -> dict[str, Any]:
    """What was typed on this page and not sent, for ``initial`` of its form."""
    typed = request.session.get(_FORMS, {}).get(_place(request), {})
    return {name: values[0] if len(values) == 1 else values for name, values in typed.items()}


def forget_form(request: HttpRequest) -> None:
    """The form of this page was sent."""
    forms = dict(request.session.get(_FORMS, {}))
    if forms.pop(_place(request), None) is not None:
        request.session[_FORMS] = forms


def take_forms(request: HttpRequest) -> dict[str, Any]:
    """Every form that is kept, for a session that ends."""
    return dict(request.session.get(_FORMS, {}))


def wait_with(request: HttpRequest, user_id: str, forms: dict[str, Any]) -> None:
    """Keep forms of a session that ended until the same person signs in again in this browser."""
    if forms:
        request.session[_WAITING] = {"user": user_id, "forms": forms}


def waiting_forms(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """(id of the person, forms) that wait in this browser."""
    waiting = request.session.get(_WAITING, {})
    return str(waiting.get("user", "")), dict(waiting.get("forms", {}))


def give_back(request: HttpRequest, user_id: str) -> None:
    """Give the forms that waited to the person who has signed in, if they are his."""
    owner, forms = waiting_forms(request)
    request.session.pop(_WAITING, None)
    if forms and owner == user_id:
        request.session[_FORMS] = forms


def kept_places(request: HttpRequest) -> list[str]:
    """Addresses, without language, of pages with a form that was not sent; the newest first."""
    return list(reversed(request.session.get(_FORMS, {})))


def remember_record(request: HttpRequest, title: Any) -> None:
    """Remember the record that is open, so that home can lead back to it. ``title`` is a text by language."""
    last = {"place": _place(request), "title": title}
    if request.session.get(_LAST) != last:  # to look again at the same page writes nothing
        request.session[_LAST] = last


def last_record(request: HttpRequest) -> tuple[str, Any] | None:
    """(address without language, title) of the record that was opened last."""
    last = request.session.get(_LAST)
    return None if not last else (last["place"], last["title"])


def _place(request: HttpRequest) -> str:
    return in_language("x", request.path_info).removeprefix("/x/")
