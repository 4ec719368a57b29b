"""What it takes to put meetings of many sources together, without the rest of their analysis.

Both are filled by ``mithaq rebuild --register sources``, as every row of a read model.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds a table and a column of the read model."""

    dependencies = [("sources", "0001_initial")]

    operations = [
        migrations.AddField(model_name="source", name="reports", field=models.TextField(default="[]")),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source_id", models.CharField(max_length=32)),
                ("number", models.IntegerField()),
                ("participants", models.TextField()),
                ("names", models.TextField(default="{}")),
                ("place", models.CharField(default="", max_length=200)),
                ("date", models.CharField(default="", max_length=32)),
                ("date_precision", models.CharField(default="open", max_length=8)),
                ("date_text", models.TextField(default="")),
                ("start", models.IntegerField()),
                ("end", models.IntegerField()),
                ("is_main", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source_id", "number"), name="sources_sighting_once")
                ],
            },
        ),
    ]
