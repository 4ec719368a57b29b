"""How old a session is, and when a factor was last shown in it; by the clock of the node."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest

from mithaq.web.access.table import IDLE_S, SESSION_S
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


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """When a session ends if nothing is done in it.

    Attributes:
        is_last: whether it ends then whatever is done.
    """

    at: datetime
    seconds: int
    is_last: bool


def session_end(request: HttpRequest) -> SessionEnd | None:
    """When the session of a request ends; None for one that does not say when it began."""
    began, seen = request.session.get(BEGAN), request.session.get(SEEN)
    if not isinstance(began, int) or not isinstance(seen, int):
        return None
    ends_s = min(began + SESSION_S, seen + IDLE_S)
    at = datetime.fromtimestamp(ends_s, UTC)
    return SessionEnd(at, max(0, ends_s - now_s()), began + SESSION_S <= seen + IDLE_S)


def step_up_age_s(request: HttpRequest) -> float | None:
    """Seconds since a factor was shown; None for never."""
    at = request.session.get(STEP_UP)
    return None if not isinstance(at, int) else float(max(0, now_s() - at))
