import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import pathways.models.audit

PROTECT = django.db.models.deletion.PROTECT
NOTHING = django.db.models.deletion.DO_NOTHING


class Migration(migrations.Migration):
    dependencies = [("pathways", "0008_access_actions")]

    operations = [
        migrations.RemoveConstraint(model_name="auditevent", name="event_action_known"),
        migrations.AddField(
            model_name="auditevent",
            name="restores",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=PROTECT, related_name="+", to="pathways.auditevent"
            ),
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
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="actor",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="team",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=PROTECT, related_name="+", to="pathways.team"
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent", index=models.Index(fields=["actor", "at", "id"], name="event_by_actor")
        ),
        migrations.AddIndex(
            model_name="auditevent", index=models.Index(fields=["team", "at", "id"], name="event_by_team")
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
                        ],
                    )
                ),
                name="event_action_known",
            ),
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("since", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField()),
                ("note", models.TextField(max_length=10000)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=PROTECT,
                        related_name="reviews",
                        to="pathways.case",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "upto",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="+", to="pathways.auditevent"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "reviewed_at"], name="review_by_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="review_has_a_note"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalReview",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("since", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField()),
                ("note", models.TextField(max_length=10000)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "audit_event",
                    models.ForeignKey(
                        default=pathways.models.audit.open_event_id,
                        on_delete=PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=NOTHING,
                        related_name="+",
                        to="pathways.case",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "upto",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=NOTHING,
                        related_name="+",
                        to="pathways.auditevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical review",
                "verbose_name_plural": "historical reviews",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"], name="review_hist_by_user"
                    ),
                    models.Index(fields=["history_date", "history_id"], name="review_hist_by_time"),
                    models.Index(fields=["case", "history_date", "history_id"], name="review_hist_by_case"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="review_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
