"""How fast two versions of a long negotiation are compared: server time of the diff and text pages.

    python bench/bench_negotiation.py [ARTICLES [VERSIONS]]

Two real nodes negotiate one text of 300 articles in Arabic and French through 20 versions, each side
countering the other; then one node is asked for its pages in this process, as a person who may read it.
Prints one JSON object. Bars: p95 of the diff page at most 300 ms and 12 queries. It fails on none.
"""

import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench_pages import make_text, measure, sign_in

ARTICLES, VERSIONS = 300, 20
DIFF_MS, QUERIES = 300.0, 12
CHANGED, WORDS = 15, {"fr": 45, "ar": 30}
"""Articles that a counter-proposal touches; words of an article. They fill an envelope (spec 12.1.1)."""
TITLE = {"ar": "اتفاق إطار", "fr": "Accord-cadre"}


def make_article(chance: random.Random, number: int) -> dict[str, Any]:
    """An article in both languages."""
    text = {lang: make_text(chance, lang, count) for lang, count in WORDS.items()}
    return {"eid": f"art_{number}", "text": text}


def change(chance: random.Random, text: str, lang: str) -> str:
    """A few words replaced, in two places."""
    words = text.split(" ")
    for _ in range(2):
        at = chance.randrange(len(words) - 3)
        words[at : at + 3] = make_text(chance, lang, chance.randint(1, 4)).split(" ")
    return " ".join(words)


def counter(chance: random.Random, articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the other side sends back: some articles changed in both languages, one in French alone."""
    made = list(articles)
    for place in chance.sample(range(len(made)), CHANGED):
        text = made[place]["text"]
        langs = ("fr", "ar") if place % CHANGED else ("fr",)
        made[place] = {
            **made[place],
            "text": {**text, **{each: change(chance, text[each], each) for each in langs}},
        }
    return made


def negotiate(folder: Path, article_count: int, version_count: int) -> str:
    """The id of a text that went to and fro. Its last version is by Rabat where their count is odd."""
    from mithaq.main.demo.actors import start_pair
    from mithaq.main.demo.play import Play

    chance = random.Random(7)
    articles = [make_article(chance, number) for number in range(1, article_count + 1)]
    common: dict[str, Any] = {"effect": {"rule": "ON_SIGNATURE"}, "post": "release", "holder": "p-release"}
    handling = {"code": "green", "caveats": [], "purpose": "ADMIN"}
    fields = {"subject": TITLE, "lang": ["ar", "fr"], "handling": handling}
    with start_pair(folder) as pair:
        Play(pair, lambda step: None).set_up()
        version = pair.rabat.ask(
            "propose",
            object_kind="agreements.agreement",
            data={"title": TITLE, "articles": articles},
            signatories=["ma-mi", "fr-mi"],
            fields=fields,
            **common,
        )
        for number in range(2, version_count + 1):
            articles = counter(chance, articles)
            version = (pair.rabat if number % 2 else pair.paris).ask(
                "counter",
                id=version["id"],
                previous=version["content_hash"],
                data={"title": TITLE, "articles": articles},
                fields=fields,
                **common,
            )
    return str(version["id"])


def addresses(object_id: str, version_count: int) -> dict[str, list[str]]:
    """Name of a page -> addresses of it, taken in turn."""
    chance = random.Random(3)
    pairs = [sorted(chance.sample(range(1, version_count + 1), 2)) for _ in range(20)]
    base = f"/fr/agreements/{object_id}"
    return {
        "diff/ of the last two": [f"{base}/diff/"],
        "diff/ of any two": [f"{base}/diff/?from={first}&to={last}" for first, last in pairs],
        "diff/ of first and last": [f"{base}/diff/?from=1&to={version_count}"],
        "text/": [f"{base}/text/"],
        "overview": [f"{base}/"],
        "timeline/": [f"{base}/timeline/"],
        "proof/": [f"{base}/proof/"],
    }


def run(folder: Path, article_count: int, version_count: int) -> dict[str, Any]:
    """Negotiate, then ask."""
    started_s = time.monotonic()
    object_id = negotiate(folder, article_count, version_count)
    made_s = time.monotonic() - started_s
    home = folder / ("rabat" if version_count % 2 else "paris")
    os.environ["MITHAQ_HOME"] = str(home)
    from mithaq.main.wiring.setup import setup

    setup(home)
    from mithaq.main.cli.homes import NoSigner
    from mithaq.main.wiring.build import open_node
    from mithaq.main.wiring.collector import calm_collector
    from mithaq.web.runtime import set_node

    node = open_node(home, NoSigner())
    set_node(node)
    client = sign_in(node)
    assert client.get("/fr/").status_code == 200
    calm_collector()  # as a service does, once everything is loaded
    pages = {
        name: measure(client.get, places) for name, places in addresses(object_id, version_count).items()
    }
    [row] = node.store.projections.instruments(object_id=object_id)
    envelopes = [len(act.envelope) for act in node.store.acts.of_objects([object_id])[object_id]]
    return {
        "bench": "negotiation",
        "articles": article_count,
        "versions": len(row.versions),
        "greatest_envelope_bytes": max(envelopes),
        "made_s": round(made_s, 1),
        "bars": {"diff_p95_ms": DIFF_MS, "queries": QUERIES},
        "pages": pages,
        "over": sorted(
            name
            for name, one in pages.items()
            if name.startswith("diff") and (one.get("p95_ms", 1e9) > DIFF_MS or one["queries"] > QUERIES)
        ),
    }


def main() -> None:
    """Measure and print."""
    given = [int(one) for one in sys.argv[1:3]]
    articles, versions = [*given, *(ARTICLES, VERSIONS)[len(given) :]]
    with tempfile.TemporaryDirectory(prefix="mithaq-negotiation-") as made:
        record = run(Path(made), articles, versions)
    print(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    main()
