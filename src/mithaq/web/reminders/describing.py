"""A day ahead as JSON-ready values: one shape for the API and the command line."""

from typing import Any

from mithaq.web.reminders.ahead import Ahead


def describe_ahead(one: Ahead) -> dict[str, Any]:
    """JSON-ready."""
    return {
        "on": one.day.on.isoformat(),
        "step": one.day.step,
        "waits_for": list(one.day.who),
        "reminder": one.reminder.level if one.reminder else None,
        "days_left": one.reminder.days_left if one.reminder else None,
        "id": one.row.object_id,
        "kind": one.row.object_kind,
        "title": dict(one.row.subject),
    }
