"""The session cookie: ``__Host-`` over TLS, where the browser holds it to this host; plain on loopback."""

from typing import Any

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse


def cookie_name(request: HttpRequest) -> str:
    """The name for this connection. Each node has its own: hosts share cookies across ports.

    A node whose address is one of TLS may stand behind a proxy that ends it: its browsers see TLS all
    the same.
    """
    name = str(settings.SESSION_COOKIE_NAME)
    is_sealed = request.is_secure() or str(settings.MITHAQ_BASE_URL).startswith("https:")
    return f"__Host-{name}" if is_sealed else name


class SessionCookie(SessionMiddleware):
    """Sessions of Django under the name of the connection."""

    def process_request(self, request: HttpRequest) -> None:
        key = request.COOKIES.get(cookie_name(request))
        request.session = self.SessionStore(key)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answered = super().process_response(request, response)
        name, wanted = str(settings.SESSION_COOKIE_NAME), cookie_name(request)
        if name in answered.cookies:
            self._rename(answered, name, wanted)
        elif wanted in request.COOKIES and request.session.is_empty():
            answered.delete_cookie(wanted, path="/", samesite="Lax")
            _seal(answered.cookies[wanted], wanted)
        return answered

    def _rename(self, response: HttpResponse, name: str, wanted: str) -> None:
        morsel = response.cookies.pop(name)
        attributes = {key: value for key, value in morsel.items() if value}
        response.cookies[wanted] = morsel.value
        response.cookies[wanted].update(attributes)
        _seal(response.cookies[wanted], wanted)


def _seal(morsel: Any, name: str) -> None:
    morsel["path"], morsel["httponly"], morsel["samesite"] = "/", True, "Lax"
    if name.startswith("__Host-"):
        morsel["secure"] = True
