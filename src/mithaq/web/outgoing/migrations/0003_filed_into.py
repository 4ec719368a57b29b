"""The dossier that a person chose for what leaves; null, so that no engine makes the table anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outgoing", "0002_four_eyes")]

    operations = [
        migrations.AddField(
            model_name="outgoingdraft",
            name="filed_into",
            field=models.CharField(max_length=36, null=True),
        ),
    ]
