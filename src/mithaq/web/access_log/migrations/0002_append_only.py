"""Rows only come at the end, and leave by whole months alone: in the database itself, on both engines."""

from django.db import migrations

from mithaq.web.triggers import Trigger, keep

START = "0" * 64
LANES = ("web", "command")

# A row is one statement: it takes the head of its lane along, and one that does not follow it is refused.
OF_ROW = "name = NEW.lane AND size = NEW.seq AND head_hash = NEW.prev_hash"
ADVANCE = f"UPDATE access_lane SET size = NEW.seq + 1, head_hash = NEW.row_hash WHERE {OF_ROW}"
NO_HEAD = "a row of the access log follows the head of its lane"
BEFORE_ROW = "CREATE TRIGGER access_row_heads BEFORE INSERT ON access_row FOR EACH ROW"
HEADS = {
    "sqlite": (
        f"{BEFORE_ROW} BEGIN SELECT RAISE(ABORT, '{NO_HEAD}')"
        f" WHERE NOT EXISTS (SELECT 1 FROM access_lane WHERE {OF_ROW}); {ADVANCE}; END",
    ),
    "postgresql": (
        f"CREATE FUNCTION access_row_heads() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {ADVANCE};"
        f" IF NOT FOUND THEN RAISE EXCEPTION '{NO_HEAD}' USING ERRCODE = 'integrity_constraint_violation';"
        " END IF; RETURN NEW; END $$",
        f"{BEFORE_ROW} EXECUTE FUNCTION access_row_heads()",
        "CREATE FUNCTION access_row_stays_whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
        " 'the access log does not shrink' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER access_row_stays_whole BEFORE TRUNCATE ON access_row"
        " FOR EACH STATEMENT EXECUTE FUNCTION access_row_stays_whole()",
    ),
}

WHOLE_MONTHS = (
    "NEW.start <> COALESCE((SELECT MAX(stop) FROM access_segment WHERE lane = NEW.lane), 0)"
    " OR NOT EXISTS (SELECT 1 FROM access_row AS last"
    " JOIN access_row AS following ON following.lane = last.lane AND following.seq = last.seq + 1"
    " JOIN access_lane ON access_lane.name = last.lane"
    " JOIN access_row AS newest ON newest.lane = last.lane AND newest.seq = access_lane.size - 1"
    " WHERE last.lane = NEW.lane AND last.seq = NEW.stop - 1 AND last.seq >= NEW.start"
    " AND last.row_hash = NEW.last_hash AND "
)
TRIGGERS = (
    Trigger(
        "access_row_chained",
        "access_row",
        "INSERT",
        "NEW.prev_hash <> COALESCE((SELECT row_hash FROM access_row WHERE lane = NEW.lane"
        f" AND seq = NEW.seq - 1), '{START}')"
        " OR (NEW.seq > 0 AND NOT EXISTS (SELECT 1 FROM access_row WHERE lane = NEW.lane AND seq = NEW.seq - 1))"
        " OR NEW.seq < 0"
        " OR EXISTS (SELECT 1 FROM access_row WHERE id = NEW.id OR (lane = NEW.lane AND seq = NEW.seq))"
        " OR EXISTS (SELECT 1 FROM access_segment WHERE lane = NEW.lane AND stop > NEW.seq)",
        "a row of the access log follows the one before it",
    ),
    Trigger(
        "access_row_kept", "access_row", "UPDATE", "OLD.id IS NOT NULL", "the access log does not change"
    ),
    Trigger(
        "access_row_stays",
        "access_row",
        "DELETE",
        "NOT EXISTS (SELECT 1 FROM access_segment WHERE lane = OLD.lane AND OLD.seq < stop)",
        "the access log does not shrink",
    ),
    Trigger(
        "access_lane_grows",
        "access_lane",
        "UPDATE",
        "NEW.name <> OLD.name OR NEW.size <= OLD.size",
        "a lane of the access log only grows",
    ),
    Trigger("access_lane_stays", "access_lane", "DELETE", "OLD.name IS NOT NULL", "a lane is never deleted"),
    Trigger(
        "access_segment_whole",
        "access_segment",
        "INSERT",
        {
            "sqlite": WHOLE_MONTHS + "substr(last.at, 1, 7) <> substr(following.at, 1, 7)"
            " AND datetime(last.at, '+1 year') <= datetime(newest.at))",
            "postgresql": WHOLE_MONTHS + "date_trunc('month', last.at AT TIME ZONE 'UTC')"
            " <> date_trunc('month', following.at AT TIME ZONE 'UTC')"
            " AND last.at + interval '1 year' <= newest.at)",
        },
        "a segment is of whole months, a year old at least",
    ),
    Trigger(
        "access_segment_kept",
        "access_segment",
        "UPDATE",
        "OLD.id IS NOT NULL",
        "a segment does not change",
    ),
    Trigger(
        "access_segment_stays",
        "access_segment",
        "DELETE",
        "OLD.id IS NOT NULL",
        "a segment does not change",
    ),
)


def begin(apps, schema_editor):
    for sql in HEADS[schema_editor.connection.vendor]:
        schema_editor.execute(sql)
    lanes = apps.get_model("access_log", "AccessLane").objects.using(schema_editor.connection.alias)
    for name in LANES:
        lanes.create(name=name, size=0, head_hash=START)


class Migration(migrations.Migration):
    dependencies = [("access_log", "0001_initial")]

    operations = [
        keep("accessrow", *TRIGGERS),
        migrations.RunPython(begin, migrations.RunPython.noop, hints={"model_name": "accessrow"}),
    ]
