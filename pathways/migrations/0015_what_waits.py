"""Nothing of a closed case is due; what is due or blocked has an index, and so have open cases by site."""

from django.db import migrations, models
from django.db.models.fields.json import KeyTransform


def nothing_of_a_closed_case_is_due(apps, schema_editor):
    rows = apps.get_model("pathways", "PhaseProgress").objects
    rows.filter(case__status="closed", next_due__isnull=False).update(next_due=None)


class Migration(migrations.Migration):
    dependencies = [
        ("pathways", "0014_figure_indexes"),
    ]

    operations = [
        migrations.RunPython(nothing_of_a_closed_case_is_due, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="phaseprogress",
            index=models.Index(
                condition=models.Q(("next_due__isnull", False), ("blocked__gt", 0), _connector="OR"),
                fields=["case", "next_due", "blocked"],
                name="progress_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                KeyTransform("primary_site", "details"),
                models.F("opened_at"),
                models.F("id"),
                condition=models.Q(("status", "closed"), _negated=True),
                name="case_open_of_site",
            ),
        ),
        migrations.AddConstraint(
            model_name="phaseprogress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_due__isnull", True), ("settled__lt", models.F("applicable")), _connector="OR"
                ),
                name="progress_due_while_open",
            ),
        ),
    ]
