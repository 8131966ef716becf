from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("pathways", "0004_due_given"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="requesttoken",
            name="claim",
        ),
    ]
