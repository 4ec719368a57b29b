"""Pages of what leaves cost a fixed count of queries, however much waits."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from .samples import draft, hand_over

MOST_QUERIES = 12


def test_lists_and_previews_stay_within_their_queries(office: Any) -> None:
    author, _ = office.found("amina", "desk", "drafter"), office.found("karim", "release", "releaser")
    counts: dict[str, list[int]] = {}
    browsers = {login: office.browser(login) for login in ("amina", "karim")}
    made: list[Any] = []
    for _ in range(2):
        for _ in range(6):
            made += [draft(office, author), draft(office, author)]
            hand_over(office, author, made[-1])
        for login, browser in browsers.items():
            for address in ("/fr/outgoing/", f"/fr/outgoing/{made[-1].pk}/", "/fr/account/"):
                name = f"{login} {address.replace(str(made[-1].pk), 'ID')}"
                with CaptureQueriesContext(connection) as seen:
                    assert browser.get(address).status_code == 200
                counts.setdefault(name, []).append(len(seen))
    assert all(later <= first for first, later in counts.values()), counts
    assert max(count for each in counts.values() for count in each) <= MOST_QUERIES, counts
