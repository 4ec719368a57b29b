"""How old a session is, and when a factor was last shown in it; by the clock of the node."""

from typing import Final

from django.http import HttpRequest

from mithaq.web.runtime import get_node

BEGAN: Final = "mq_began_s"
SEEN: Final = "mq_seen_s"
STEP_UP: Final = "mq_step_up_s"
"""Keys of the session, POSIX seconds."""


def now_s() -> int:
    """POSIX seconds by the node's clock."""
    return int(get_node().clock.now().timestamp())


def begin(request: HttpRequest) -> None:
    """A session begins with a factor that was just shown."""
    at = now_s()
    request.session[BEGAN] = at
    request.session[SEEN] = at
    request.session[STEP_UP] = at


def step_up(request: HttpRequest) -> None:
    """A factor was shown again."""
    request.session[STEP_UP] = now_s()


def session_age_s(request: HttpRequest) -> float:
    """Seconds since sign-in; without end for a session that does not say when it began."""
    began = request.session.get(BEGAN)
    return float("inf") if not isinstance(began, int) else float(max(0, now_s() - began))


def step_up_age_s(request: HttpRequest) -> float | None:
    """Seconds since a factor was shown; None for never."""
    at = request.session.get(STEP_UP)
    return None if not isinstance(at, int) else float(max(0, now_s() - at))
