"""The decision on scope with which the scenario begins: which registers are worked in together."""

from datetime import UTC, datetime

from mithaq.main.demo.stage import Message, Stage
from mithaq.main.demo.texts import read_text


def open_registers(stage: Stage) -> Message:
    """Put it forward, have it signed by both and see it in force; it lists the registers of the scenario."""
    text = read_text("scope")
    data = {**text["data"], "from_on": datetime.now(UTC).date().isoformat()}
    title = data["title"]
    decision = stage.propose({**text, "data": data}, title, is_public=False)
    stage.sign(stage.paris, decision, title, "fr-minister-2")
    stage.sign(stage.rabat, decision, title, "ma-minister-1")
    stage.see_in_force(decision, title)
    return decision
