from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("pathways", "0005_token_without_claim"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoryCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("rows", models.PositiveBigIntegerField()),
                ("findings", models.PositiveIntegerField()),
                ("text", models.TextField(blank=True)),
            ],
            options={
                "get_latest_by": "id",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(findings=0, text="") | (Q(findings__gt=0) & ~Q(text="")),
                        name="check_lists_its_findings",
                    )
                ],
            },
        ),
    ]
