from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pathways", "0015_what_waits"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="checklistitem",
            name="item_open_of_case",
        ),
        migrations.AddIndex(
            model_name="checklistitem",
            index=models.Index(
                condition=models.Q(
                    ("retired_at__isnull", True),
                    ("settled_at__isnull", True),
                    models.Q(("applies_since__isnull", False), ("due_at__isnull", False), _connector="OR"),
                ),
                fields=["case", "due_at", "template_item", "assignee", "applies_since", "id"],
                name="item_open_of_case",
            ),
        ),
    ]
