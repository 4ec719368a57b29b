"""Files that users have brought."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds a table."""

    dependencies = [("web", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.CharField(max_length=36)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("media", models.CharField(max_length=128)),
                ("name", models.CharField(max_length=255)),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["user_id", "sha256"], name="upload_of_user")]},
        ),
    ]
