"""What a segment stands for leaves with it, by the database itself: nobody who writes rows need delete any."""

from django.db import migrations

GOES = "DELETE FROM access_row WHERE lane = NEW.lane AND seq < NEW.stop"
AFTER_SEGMENT = "CREATE TRIGGER access_segment_takes AFTER INSERT ON access_segment FOR EACH ROW"
STEPS = {
    "sqlite": (f"{AFTER_SEGMENT} BEGIN {GOES}; END",),
    # By the right of who owns the tables: on PostgreSQL the node's own role may only add rows.
    "postgresql": (
        "CREATE FUNCTION access_segment_takes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path FROM CURRENT AS $$ BEGIN {GOES}; RETURN NULL; END $$",
        f"{AFTER_SEGMENT} EXECUTE FUNCTION access_segment_takes()",
    ),
}


def make(apps, schema_editor):
    for sql in STEPS[schema_editor.connection.vendor]:
        schema_editor.execute(sql)


class Migration(migrations.Migration):
    dependencies = [("access_log", "0002_append_only")]

    operations = [
        migrations.RunPython(make, migrations.RunPython.noop, hints={"model_name": "accesssegment"})
    ]
