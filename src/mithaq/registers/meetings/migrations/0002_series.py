"""What a meeting follows by way of others, and the level that an issue was raised to.

Both are filled by ``mithaq rebuild --register meetings``, as every row of a read model.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds a table and a column of the read model."""

    dependencies = [("meetings", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("meeting_id", models.CharField(max_length=36)),
                ("earlier_id", models.CharField(db_index=True, max_length=36)),
                ("steps", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("meeting_id", "earlier_id"), name="meetings_series_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="item",
            name="escalated_to",
            field=models.CharField(blank=True, db_index=True, default="", max_length=20),
        ),
    ]
