"""What htmx adds: lists and search that answer while one types, and refusals that are still shown.

The same pages without any script are walked in ``test_workspace_pages``; that a receipt arrives by itself is
seen in ``test_story_4_minutes``, where there is a partner.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from .served import Workspace

MARK = "() => { window.isSamePage = true; }"
IS_SAME = "() => window.isSamePage === true"


@pytest.fixture
def page(browser: Any, workspace: Workspace) -> Iterator[Any]:
    context = browser.new_context(reduced_motion="reduce")
    context.add_cookies([{**workspace.cookies["officer"], "url": workspace.url}])
    opened = context.new_page()
    blocked: list[str] = []
    opened.on("console", lambda said: blocked.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert [each for each in blocked if "Content Security" in each] == []


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_list_is_filtered_where_it_stands(page: Any, workspace: Workspace, lang: str) -> None:
    address = f"{workspace.url}/{lang}/agreements/"
    page.goto(address)
    page.evaluate(MARK)
    before = page.locator("#list-count").inner_text()
    page.locator("#filter-state").focus()
    page.locator("#filter-state").select_option("declined")
    page.locator("#list-rows .empty").wait_for()
    assert page.evaluate(IS_SAME)
    assert "state=declined" in page.url
    assert page.locator("#list-count[role=status]").inner_text() not in ("", before)
    assert page.evaluate("() => document.activeElement.id") == "filter-state"
    # The other languages, the way back and the name for the view follow the filter.
    assert "state=declined" in page.locator("#languages a[hreflang=en]").get_attribute("href")
    assert page.locator("#list-clear a").count() == 1
    assert page.locator("#list-views [name=query]").input_value() == page.url.partition("?")[2]
    page.go_back()
    page.locator("#list-rows table").wait_for()
    assert page.url == address
    assert page.locator("#list-count").inner_text() == before


def test_search_answers_while_one_types(page: Any, workspace: Workspace) -> None:
    page.goto(f"{workspace.url}/ar/search/")
    page.evaluate(MARK)
    page.locator("#q").press_sequentially("Laftit")
    page.locator("#search-found mark").first.wait_for()
    assert page.evaluate(IS_SAME)
    assert page.url.endswith("?q=Laftit")
    assert page.locator("#search-told[role=status]").inner_text() != ""
    assert page.evaluate("() => document.activeElement.id") == "q"
    page.locator("#q").fill("zzzzzz")
    page.locator("#search-found .empty").wait_for()
    assert page.locator("#search-told").inner_text() == "لم يُعثر على شيء"


def test_who_is_no_longer_signed_in_is_led_to_sign_in(page: Any, workspace: Workspace) -> None:
    page.goto(f"{workspace.url}/fr/agreements/")
    page.context.clear_cookies()
    page.locator("#filter-state").select_option("declined")
    page.wait_for_url("**/account/sign-in/**")
    assert "state%3Ddeclined" in page.url
    assert page.locator("#page-form").count() == 1


def test_a_refusal_is_shown_as_a_page(page: Any, workspace: Workspace) -> None:
    page.goto(f"{workspace.url}/fr/search/")
    page.route("**/search/?q=*", lambda route: route.continue_(url=f"{workspace.url}/fr/nowhere/"))
    page.locator("#q").fill("Laftit")
    page.locator(".problem").wait_for()
