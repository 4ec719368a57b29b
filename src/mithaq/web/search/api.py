"""The route of search."""

from typing import Any

from mithaq.web.api import schema as s
from mithaq.web.api.call import ApiCall
from mithaq.web.api.routes import Answer, Parameter, Route
from mithaq.web.search.finder import Group, Suggestion, search
from mithaq.web.search.passages import find_passage


def find(call: ApiCall) -> Answer:
    """Hits by register, and what may have been meant."""
    before = int(call.query["before"]) if "before" in call.query else None
    found = search(call.node, call.caller.subject, call.query["q"], call.query.get("register", ""), before)
    return Answer(
        {
            "query": found.text,
            "behind": found.behind,
            "groups": [_describe_group(one, found.words) for one in found.groups],
            "did_you_mean": [_describe_suggestion(one) for one in found.suggestions],
            "near": [_describe_group(one, found.near_words) for one in found.near],
        }
    )


def _describe_group(group: Group, words: tuple[str, ...]) -> dict[str, Any]:
    hits = []
    for hit in group.hits:
        document = hit.document
        passage = find_passage(document.texts, words)
        hits.append(
            {
                "id": document.object_id,
                "kind": document.object_kind,
                "title": dict(document.title),
                "handling": document.code,
                "passage": None
                if passage is None
                else [{"text": text, "found": is_found} for text, is_found in passage.parts],
            }
        )
    return {"register": group.register, "before": group.before, "hits": hits}


def _describe_suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "asked": one.asked,
        "written": one.written,
        "score": f"{one.value:.2f}",
        "id": None if one.document is None else one.document.object_id,
        "kind": None if one.document is None else one.document.object_kind,
        "steps": [
            {"a": step.a, "b": step.b, "cost": f"{step.cost:.2f}", "reason": str(step.reason)}
            for step in one.steps
        ],
    }


ROUTES = (
    Route("GET", "/search", "search", "search", find, None, s.obj({}, is_open=True),
          "Search across everything that the caller may read, and across scripts.",
          query=(
              Parameter("q", "What to find.", r"[^\x00-\x1f\x7f]{1,200}", required=True),
              Parameter("register", "One register, 50 hits.", r"[a-z]{1,32}"),
              Parameter("before", "`before` of the page before; with `register`.", r"[1-9][0-9]{0,17}"),
          )),
)  # fmt: skip
