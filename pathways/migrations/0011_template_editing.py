import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import pathways.models.audit


class Migration(migrations.Migration):
    dependencies = [
        ("pathways", "0010_review_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("name", models.CharField(max_length=120)),
                ("renamed", models.JSONField(blank=True, default=dict)),
                ("reason", models.CharField(max_length=1000)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCaseMove",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("name", models.CharField(max_length=120)),
                ("renamed", models.JSONField(blank=True, default=dict)),
                ("reason", models.CharField(max_length=1000)),
                ("made_at", models.DateTimeField()),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical case move",
                "verbose_name_plural": "historical case moves",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMovedCase",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("moved", "Moved"),
                            ("not_moved", "Not moved"),
                            ("moved_back", "Moved back"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=1000)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical moved case",
                "verbose_name_plural": "historical moved cases",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="MovedCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("moved", "Moved"),
                            ("not_moved", "Not moved"),
                            ("moved_back", "Moved back"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="auditevent",
            name="event_action_known",
        ),
        migrations.RemoveConstraint(
            model_name="checklistitem",
            name="item_due_as_given",
        ),
        migrations.RemoveIndex(
            model_name="checklistitem",
            name="item_open_due",
        ),
        migrations.AddField(
            model_name="auditevent",
            name="part_of",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="pathways.auditevent",
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalchecklistitem",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicaltemplateitem",
            name="is_removed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="historicaltemplateitem",
            name="was_code",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="is_removed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="was_code",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("sign_in", "signed in"),
                    ("sign_in_failed", "failed to sign in"),
                    ("sign_out", "signed out"),
                    ("refused", "was refused"),
                    ("conflicted", "was told of another person's change"),
                    ("read_case", "looked at the case"),
                    ("search", "searched the cases"),
                    ("create_person", "created a person"),
                    ("create_team", "created a team"),
                    ("add_membership", "added a team member"),
                    ("end_membership", "ended a membership"),
                    ("set_preferences", "changed their preferences"),
                    ("load_vocabulary", "loaded a vocabulary"),
                    ("load_template", "loaded a template file"),
                    ("publish_version", "published a template version"),
                    ("open_case", "opened the case"),
                    ("update_details", "changed the case details"),
                    ("start_phase", "started a phase"),
                    ("record_item", "updated an item"),
                    ("assign_item", "assigned an item"),
                    ("set_due", "set a due time"),
                    ("add_comment", "commented"),
                    ("undo", "undid a change"),
                    ("hold_case", "put the case on hold"),
                    ("close_case", "closed the case"),
                    ("reopen_case", "reopened the case"),
                    ("restore", "set something back to an earlier value"),
                    ("review", "reviewed the history"),
                    ("export", "exported the history"),
                    ("create_template", "created a template"),
                    ("start_draft", "started a draft"),
                    ("edit_draft", "changed a draft"),
                    ("replace_draft", "replaced a draft from a file"),
                    ("discard_draft", "discarded a draft"),
                    ("retire_version", "retired a template version"),
                    ("export_template", "exported a template version"),
                    ("plan_move", "began to move cases to another version"),
                    ("move_case", "moved the case to another version"),
                    ("move_back", "moved the case back"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("part_of__isnull", False)), fields=["part_of"], name="event_by_batch"
            ),
        ),
        migrations.AddIndex(
            model_name="checklistitem",
            index=models.Index(
                condition=models.Q(
                    ("due_at__isnull", False), ("retired_at__isnull", True), ("settled_at__isnull", True)
                ),
                fields=["due_at"],
                name="item_open_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "action__in",
                        [
                            "sign_in",
                            "sign_in_failed",
                            "sign_out",
                            "refused",
                            "conflicted",
                            "read_case",
                            "search",
                            "create_person",
                            "create_team",
                            "add_membership",
                            "end_membership",
                            "set_preferences",
                            "load_vocabulary",
                            "load_template",
                            "publish_version",
                            "open_case",
                            "update_details",
                            "start_phase",
                            "record_item",
                            "assign_item",
                            "set_due",
                            "add_comment",
                            "undo",
                            "hold_case",
                            "close_case",
                            "reopen_case",
                            "restore",
                            "review",
                            "export",
                            "create_template",
                            "start_draft",
                            "edit_draft",
                            "replace_draft",
                            "discard_draft",
                            "retire_version",
                            "export_template",
                            "plan_move",
                            "move_case",
                            "move_back",
                        ],
                    )
                ),
                name="event_action_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_given__isnull", True),
                    ("retired_at__isnull", False),
                    models.Q(("due_at", models.F("due_given")), ("due_at__isnull", False)),
                    _connector="OR",
                ),
                name="item_due_as_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retired_at__isnull", True),
                    models.Q(
                        ("applies_since__isnull", True),
                        ("due_at__isnull", True),
                        ("template_item__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="item_retired_is_not_due",
            ),
        ),
        migrations.AddField(
            model_name="casemove",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="pathways.auditevent"
            ),
        ),
        migrations.AddField(
            model_name="casemove",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="casemove",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="moves",
                to="pathways.templateversion",
            ),
        ),
        migrations.AddField(
            model_name="historicalcasemove",
            name="audit_event",
            field=models.ForeignKey(
                default=pathways.models.audit.open_event_id,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pathways.auditevent",
            ),
        ),
        migrations.AddField(
            model_name="historicalcasemove",
            name="event",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pathways.auditevent",
            ),
        ),
        migrations.AddField(
            model_name="historicalcasemove",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcasemove",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcasemove",
            name="target",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pathways.templateversion",
            ),
        ),
        migrations.AddField(
            model_name="historicalmovedcase",
            name="audit_event",
            field=models.ForeignKey(
                default=pathways.models.audit.open_event_id,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pathways.auditevent",
            ),
        ),
        migrations.AddField(
            model_name="historicalmovedcase",
            name="case",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pathways.case",
            ),
        ),
        migrations.AddField(
            model_name="historicalmovedcase",
            name="event",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pathways.auditevent",
            ),
        ),
        migrations.AddField(
            model_name="historicalmovedcase",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalmovedcase",
            name="move",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pathways.casemove",
            ),
        ),
        migrations.AddField(
            model_name="historicalmovedcase",
            name="was",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pathways.templateversion",
            ),
        ),
        migrations.AddField(
            model_name="movedcase",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="pathways.case"
            ),
        ),
        migrations.AddField(
            model_name="movedcase",
            name="event",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pathways.auditevent",
            ),
        ),
        migrations.AddField(
            model_name="movedcase",
            name="move",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="pathways.casemove",
            ),
        ),
        migrations.AddField(
            model_name="movedcase",
            name="was",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pathways.templateversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="casemove",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="move_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="casemove",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="move_has_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalcasemove",
            index=models.Index(
                fields=["history_user", "history_date", "history_id"], name="casemove_hist_by_user"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalcasemove",
            index=models.Index(fields=["history_date", "history_id"], name="casemove_hist_by_time"),
        ),
        migrations.AddConstraint(
            model_name="historicalcasemove",
            constraint=models.UniqueConstraint(
                fields=("id", "version", "history_type"), name="casemove_hist_version"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalmovedcase",
            index=models.Index(
                fields=["history_user", "history_date", "history_id"], name="movedcase_hist_by_user"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalmovedcase",
            index=models.Index(fields=["history_date", "history_id"], name="movedcase_hist_by_time"),
        ),
        migrations.AddIndex(
            model_name="historicalmovedcase",
            index=models.Index(fields=["case", "history_date", "history_id"], name="movedcase_hist_by_case"),
        ),
        migrations.AddConstraint(
            model_name="historicalmovedcase",
            constraint=models.UniqueConstraint(
                fields=("id", "version", "history_type"), name="movedcase_hist_version"
            ),
        ),
        migrations.AddIndex(
            model_name="movedcase",
            index=models.Index(fields=["move", "outcome"], name="moved_by_outcome"),
        ),
        migrations.AddConstraint(
            model_name="movedcase",
            constraint=models.UniqueConstraint(fields=("move", "case"), name="one_case_per_move"),
        ),
        migrations.AddConstraint(
            model_name="movedcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["waiting", "moved", "not_moved", "moved_back"])),
                name="move_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="movedcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("event__isnull", False), ("outcome__in", ["moved", "moved_back"])),
                    models.Q(("event__isnull", True), ("outcome__in", ["waiting", "not_moved"])),
                    _connector="OR",
                ),
                name="moved_by_an_event",
            ),
        ),
    ]
