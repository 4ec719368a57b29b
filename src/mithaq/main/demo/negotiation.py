"""A framework under negotiation: Rabat has proposed it, Paris has countered, nobody has initialled it yet."""

from mithaq.main.demo.stage import GREEN, Stage, authorise
from mithaq.main.demo.texts import Text, read_text
from mithaq.registers.agreements.rules.articles import hash_text, other_language


def leave_in_negotiation(stage: Stage) -> None:
    """Play the chapter; what comes next is left to the people of both sides."""
    scenario = read_text("negotiation")
    text, changes = scenario["text"], scenario["counter"]
    title = text["data"]["title"]
    articles = [_render(each) for each in text["data"]["articles"]]
    first = stage.propose({**text, "data": {**text["data"], "articles": articles}}, title, is_public=False)
    data = {
        **text["data"],
        "review_every_months": changes["review_every_months"],
        "articles": _change(articles, changes),
        "author_post": "desk",
        "demonstration": True,
    }
    second = stage.paris.ask(
        "counter",
        id=first["id"],
        previous=first["content_hash"],
        effect=text["effect"],
        data=data,
        **authorise("release", "fr-release-1", title, GREEN),
    )
    stage.say("countered", (stage.paris,), title, second["content_hash"][:16])


def _change(articles: list[Text], changes: Text) -> list[Text]:
    """The articles with those that were changed, and the new ones behind the article that they follow."""
    known = {each["eid"] for each in articles}
    found: list[Text] = []
    for each in articles:
        found.append(_render(changes["articles"].get(each["eid"], each)))
        if each["eid"] == changes["after"]:
            found += [_render(new) for eid, new in changes["articles"].items() if eid not in known]
    return found


def _render(article: Text) -> Text:
    """An article whose other language renders the original as it stands."""
    original = str(article["original"])
    assert other_language(original) in article["text"]
    return {**article, "from_hash": hash_text(article["text"][original]), "by_post": "desk"}
