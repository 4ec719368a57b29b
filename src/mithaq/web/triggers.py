"""Rules that the database itself keeps, on both engines: what no program of the node can go around.

On SQLite a migration that remakes a table drops its triggers: it must make them anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.migrations import RunPython


@dataclass(frozen=True, slots=True)
class Trigger:
    """One rule for the rows of a table.

    Attributes:
        name: of the trigger, and on PostgreSQL of its function.
        event: ``INSERT``, ``UPDATE`` or ``DELETE``; it is kept before the row changes.
        refused: SQL over ``NEW`` and ``OLD``, by engine where they differ; where it is true the
            statement fails.
        message: what the failure says.
    """

    name: str
    table: str
    event: str
    refused: str | Mapping[str, str]
    message: str

    def statements(self, vendor: str) -> Iterator[str]:
        """What makes it, on ``sqlite`` or ``postgresql``."""
        refused = self.refused if isinstance(self.refused, str) else self.refused[vendor]
        each_row = f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW"
        if vendor == "sqlite":
            yield f"{each_row} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            return
        row = "OLD" if self.event == "DELETE" else "NEW"
        yield (
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused}"
            f" THEN RAISE EXCEPTION '{self.message}' USING ERRCODE = 'integrity_constraint_violation';"
            f" END IF; RETURN {row}; END $$"
        )
        yield f"{each_row} EXECUTE FUNCTION {self.name}()"


def keep(model_name: str, *triggers: Trigger) -> RunPython:
    """The step of a migration that makes triggers, in the database where that model lives."""

    def create(apps: Any, schema_editor: Any) -> None:
        for each in triggers:
            for sql in each.statements(schema_editor.connection.vendor):
                schema_editor.execute(sql)

    return RunPython(create, RunPython.noop, hints={"model_name": model_name})
