"""Six texts under review, among them the agreement of 2000; one side has said what it thinks, under seal."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from mithaq.main.demo.stage import GREEN, Message, Stage
from mithaq.main.demo.texts import Text, read_text
from mithaq.registers.review.rules.kinds import DEPOSIT, OPINION
from mithaq.registers.review.rules.opinions import write_deposit
from mithaq.registers.review.rules.plan import default_due_on

OPINION_TITLE = {"ar": "رأي مختوم", "fr": "Avis scellé"}
DEPOSIT_TITLE = {"ar": "إيداع ستة آراء مختومة", "fr": "Dépôt de six avis scellés"}


def play_review(stage: Stage, others: Sequence[tuple[str, Mapping[str, str]]]) -> None:
    """Play the chapter.

    Args:
        stage: both sides.
        others: (id, title) of texts that are reviewed beside those of this chapter.
    """
    text = read_text("review")
    taken_over = [(str(stage.agree(each)["id"]), each["data"]["title"]) for each in text["texts"]]
    plan_id, agreements = _sign_plan(stage, text["plan"], [*taken_over, *others])
    sealed = [
        _seal(stage, plan_id, agreements, no, opinion) for no, opinion in enumerate(text["opinions"], start=1)
    ]
    stage.say("sealed", (stage.rabat,), text["plan"]["data"]["title"], f"ma-mi #{sealed[0][1]}")
    content = {"object_kind": DEPOSIT, "body": {**write_deposit(plan_id, sealed), "author_post": "desk"}}
    note_id = stage.send(stage.rabat, content, DEPOSIT_TITLE, GREEN, dossier=plan_id)["id"]
    stage.paris.ask("await_note", id=note_id, state="delivered")
    stage.say("deposited", (stage.rabat,), text["plan"]["data"]["title"])


def _sign_plan(
    stage: Stage, text: Text, texts: Sequence[tuple[str, Mapping[str, str]]]
) -> tuple[str, list[str]]:
    """The campaign, in force; its id, and those of its agreements."""
    title = text["data"]["title"]
    data = {
        **text["data"],
        "agreements": [
            {"no": no, "agreement": object_id, "title": dict(name)}
            for no, (object_id, name) in enumerate(texts, start=1)
        ],
        "due_on": default_due_on(datetime.now(UTC).date()).isoformat(),
    }
    version = stage.propose({**text, "data": data}, title, is_public=False)
    stage.sign(stage.paris, version, title, "fr-minister-2")
    stage.sign(stage.rabat, version, title, "ma-minister-1")
    stage.see_in_force(version, title)
    return str(version["id"]), [object_id for object_id, _ in texts]


def _seal(
    stage: Stage, plan_id: str, agreements: Sequence[str], no: int, opinion: Text
) -> tuple[str, int, str]:
    """An opinion of Rabat in its log, released to nobody: (agreement, leaf index, commitment)."""
    body: Message = {
        **opinion, "plan": plan_id, "agreement": agreements[no - 1], "sealed": True, "author_post": "desk",
    }  # fmt: skip
    if "merge_with" in opinion:
        body["merge_with"] = agreements[opinion["merge_with"] - 1]
    content = {"object_kind": OPINION, "to": [], "body": body}
    sent = stage.send(stage.rabat, content, OPINION_TITLE, GREEN, dossier=plan_id)
    return agreements[no - 1], int(sent["leaf_index"]), str(sent["commitment"])
