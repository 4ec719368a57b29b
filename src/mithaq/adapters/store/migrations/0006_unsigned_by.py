"""Whose signature an instrument waits for, in a column that a list can ask for."""

import json

from django.db import migrations, models

UNDECIDED = ("proposed", "countered", "part_signed")


def fill(apps, schema_editor):
    instruments = apps.get_model("store", "Instrument").objects.using(schema_editor.connection.alias)
    rows = instruments.filter(state__in=UNDECIDED).values_list("object_id", "content_hash", "versions")
    for object_id, content_hash, versions in list(rows):
        version = next((one for one in json.loads(versions) if one["content_hash"] == content_hash), {})
        named = {each["administration"] for each in version.get("signatories", ())}
        waited = sorted(named - set(version.get("signed_by", ())))
        if waited:
            instruments.filter(object_id=object_id).update(unsigned_by=f" {' '.join(waited)} ")


class Migration(migrations.Migration):
    dependencies = [("store", "0005_instrument_dates")]

    operations = [
        migrations.AddField(model_name="instrument", name="unsigned_by", field=models.TextField(default="")),
        migrations.AddIndex(
            model_name="instrument",
            index=models.Index(
                condition=models.Q(("unsigned_by", ""), _negated=True),
                fields=["object_id"],
                name="instrument_unsigned",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, hints={"model_name": "instrument"}),
    ]
