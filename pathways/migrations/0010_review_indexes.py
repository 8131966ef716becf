from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pathways", "0009_reviews_and_restoring"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["role", "at", "id"], name="event_by_role"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("reason", ""), _negated=True),
                fields=["at", "id"],
                name="event_with_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalchecklistitem",
            index=models.Index(fields=["code"], name="checklistitem_hist_by_code"),
        ),
    ]
