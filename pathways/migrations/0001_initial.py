import re
import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import pathways.models.audit


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "username",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("display_name", models.CharField(max_length=80)),
                ("is_active", models.BooleanField(default=True)),
                ("is_pathway_editor", models.BooleanField(default=False)),
                ("is_auditor", models.BooleanField(default=False)),
                ("is_site_admin", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["display_name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("username", ""), _negated=True), name="user_has_username"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("display_name", ""), _negated=True), name="user_has_display_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("on_hold", "On hold"), ("closed", "Closed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pathway_complete", "Pathway complete"),
                            ("died", "Died"),
                            ("transferred", "Transferred to another service"),
                            ("alternative_diagnosis", "Alternative diagnosis"),
                            ("withdrawn", "Person withdrew"),
                            ("opened_in_error", "Opened in error"),
                        ],
                        max_length=24,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("details", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True), name="case_has_reference"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "on_hold", "closed"])),
                        name="case_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False),
                                ("status", "closed"),
                                (
                                    "outcome__in",
                                    [
                                        "pathway_complete",
                                        "died",
                                        "transferred",
                                        "alternative_diagnosis",
                                        "withdrawn",
                                        "opened_in_error",
                                    ],
                                ),
                            ),
                            models.Q(
                                models.Q(("status", "closed"), _negated=True),
                                ("closed_at__isnull", True),
                                ("outcome", ""),
                            ),
                            _connector="OR",
                        ),
                        name="case_closes_with_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at__isnull", True),
                            ("closed_at__gte", models.F("opened_at")),
                            _connector="OR",
                        ),
                        name="case_closes_after_opening",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferenceCounter",
            fields=[
                ("prefix", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("role", models.CharField(blank=True, max_length=20)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("sign_in", "signed in"),
                            ("sign_in_failed", "failed to sign in"),
                            ("sign_out", "signed out"),
                            ("refused", "was refused"),
                            ("conflicted", "was told of another person's change"),
                            ("create_person", "created a person"),
                            ("create_team", "created a team"),
                            ("add_membership", "added a team member"),
                            ("end_membership", "ended a membership"),
                            ("load_vocabulary", "loaded a vocabulary"),
                            ("load_template", "loaded a template file"),
                            ("publish_version", "published a template version"),
                            ("open_case", "opened the case"),
                            ("update_details", "changed the case details"),
                            ("start_phase", "started a phase"),
                            ("record_item", "updated an item"),
                            ("assign_item", "assigned an item"),
                            ("add_comment", "commented"),
                            ("undo", "undid a change"),
                            ("hold_case", "put the case on hold"),
                            ("close_case", "closed the case"),
                            ("reopen_case", "reopened the case"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=1000)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("web", "Web"),
                            ("sign_in", "Sign-in"),
                            ("command", "Command"),
                            ("demo", "Demonstration data, simulated time"),
                        ],
                        default="web",
                        max_length=10,
                    ),
                ),
                ("address", models.GenericIPAddressField(null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="pathways.auditevent",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case", "at", "id"], name="event_by_case"),
                    models.Index(fields=["at", "id"], name="event_by_time"),
                    models.Index(fields=["action", "address", "at"], name="event_by_address"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("actor__isnull", False), ("source__in", ["command", "sign_in"]), _connector="OR"
                        ),
                        name="event_names_its_actor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "action__in",
                                [
                                    "sign_in",
                                    "sign_in_failed",
                                    "sign_out",
                                    "refused",
                                    "conflicted",
                                    "create_person",
                                    "create_team",
                                    "add_membership",
                                    "end_membership",
                                    "load_vocabulary",
                                    "load_template",
                                    "publish_version",
                                    "open_case",
                                    "update_details",
                                    "start_phase",
                                    "record_item",
                                    "assign_item",
                                    "add_comment",
                                    "undo",
                                    "hold_case",
                                    "close_case",
                                    "reopen_case",
                                ],
                            )
                        ),
                        name="event_action_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["web", "sign_in", "command", "demo"])),
                        name="event_source_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("code", models.CharField(max_length=60)),
                ("title", models.CharField(blank=True, max_length=200)),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Diagnosis"),
                            (2, "Pain"),
                            (3, "Stabilisation"),
                            (4, "Tumour control"),
                            (5, "Rehabilitation"),
                            (6, "Follow-up"),
                        ]
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("occurrence", models.PositiveIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("in_progress", "In progress"),
                            ("blocked", "Blocked"),
                            ("done", "Done"),
                            ("not_applicable", "Not applicable"),
                            ("not_done", "Not done"),
                        ],
                        default="not_started",
                        max_length=14,
                    ),
                ),
                ("applies_since", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("response", models.JSONField(blank=True, default=dict)),
                ("note", models.TextField(blank=True, max_length=10000)),
                ("reason_text", models.CharField(blank=True, max_length=1000)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="pathways.case",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case", "phase", "position"], name="item_in_order"),
                    models.Index(
                        condition=models.Q(("due_at__isnull", False), ("settled_at__isnull", True)),
                        fields=["due_at"],
                        name="item_open_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "code", "occurrence"), name="one_item_per_occurrence"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phase__in", [1, 2, 3, 4, 5, 6])), name="item_phase_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "not_started",
                                    "in_progress",
                                    "blocked",
                                    "done",
                                    "not_applicable",
                                    "not_done",
                                ],
                            )
                        ),
                        name="item_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("occurrence__gte", 1)), name="item_occurrence_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                ("status__in", ("done", "not_applicable", "not_done")),
                            ),
                            models.Q(
                                models.Q(
                                    ("status__in", ("done", "not_applicable", "not_done")), _negated=True
                                ),
                                ("settled_at__isnull", True),
                                ("settled_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="item_settled_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "done"), _negated=True),
                            models.Q(("response", {}), _negated=True),
                            _connector="OR",
                        ),
                        name="item_done_has_response",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Discipline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("position", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="discipline_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="discipline_has_title"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="discipline",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="pathways.discipline",
            ),
        ),
        migrations.CreateModel(
            name="HistoricalCasePhase",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Diagnosis"),
                            (2, "Pain"),
                            (3, "Stabilisation"),
                            (4, "Tumour control"),
                            (5, "Rehabilitation"),
                            (6, "Follow-up"),
                        ]
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
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
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical case phase",
                "verbose_name_plural": "historical case phases",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"], name="casephase_hist_by_user"
                    ),
                    models.Index(fields=["history_date", "history_id"], name="casephase_hist_by_time"),
                    models.Index(
                        fields=["case", "history_date", "history_id"], name="casephase_hist_by_case"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="casephase_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalComment",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("text", models.TextField(max_length=10000)),
                ("written_at", models.DateTimeField()),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
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
                    "item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.checklistitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical comment",
                "verbose_name_plural": "historical comments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"], name="comment_hist_by_user"
                    ),
                    models.Index(fields=["history_date", "history_id"], name="comment_hist_by_time"),
                    models.Index(fields=["case", "history_date", "history_id"], name="comment_hist_by_case"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="comment_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDiscipline",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("position", models.PositiveSmallIntegerField()),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
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
            ],
            options={
                "verbose_name": "historical discipline",
                "verbose_name_plural": "historical disciplines",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"], name="discipline_hist_by_user"
                    ),
                    models.Index(fields=["history_date", "history_id"], name="discipline_hist_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="discipline_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPathwayTemplate",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("reference_prefix", models.CharField(db_index=True, max_length=6)),
                ("title", models.CharField(max_length=200)),
                ("condition", models.CharField(max_length=200)),
                ("summary", models.CharField(blank=True, max_length=1000)),
                ("sources_summary", models.CharField(blank=True, max_length=1000)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
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
            ],
            options={
                "verbose_name": "historical pathway template",
                "verbose_name_plural": "historical pathway templates",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"],
                        name="pathwaytemplate_hist_by_user",
                    ),
                    models.Index(fields=["history_date", "history_id"], name="pathwaytemplate_hist_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="pathwaytemplate_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalReasonCode",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("label", models.CharField(max_length=120)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("patient", "Patient"),
                            ("clinician", "Clinician"),
                            ("service", "Service"),
                            ("external", "External"),
                        ],
                        max_length=20,
                    ),
                ),
                ("for_blocked", models.BooleanField(default=False)),
                ("for_not_applicable", models.BooleanField(default=False)),
                ("for_not_done", models.BooleanField(default=False)),
                ("needs_text", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("is_active", models.BooleanField(default=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
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
            ],
            options={
                "verbose_name": "historical reason code",
                "verbose_name_plural": "historical reason codes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"], name="reasoncode_hist_by_user"
                    ),
                    models.Index(fields=["history_date", "history_id"], name="reasoncode_hist_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="reasoncode_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTeam",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=120)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
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
            ],
            options={
                "verbose_name": "historical team",
                "verbose_name_plural": "historical teams",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"], name="team_hist_by_user"
                    ),
                    models.Index(fields=["history_date", "history_id"], name="team_hist_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="team_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalUser",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "username",
                    models.CharField(
                        db_index=True,
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("display_name", models.CharField(max_length=80)),
                ("is_active", models.BooleanField(default=True)),
                ("is_pathway_editor", models.BooleanField(default=False)),
                ("is_auditor", models.BooleanField(default=False)),
                ("is_site_admin", models.BooleanField(default=False)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
                    ),
                ),
                (
                    "discipline",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.discipline",
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
            ],
            options={
                "verbose_name": "historical user",
                "verbose_name_plural": "historical users",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"], name="user_hist_by_user"
                    ),
                    models.Index(fields=["history_date", "history_id"], name="user_hist_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="user_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PathwayTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("reference_prefix", models.CharField(max_length=6, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("condition", models.CharField(max_length=200)),
                ("summary", models.CharField(blank=True, max_length=1000)),
                ("sources_summary", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "ordering": ["title"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="template_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference_prefix", ""), _negated=True),
                        name="template_has_prefix",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhaseProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Diagnosis"),
                            (2, "Pain"),
                            (3, "Stabilisation"),
                            (4, "Tumour control"),
                            (5, "Rehabilitation"),
                            (6, "Follow-up"),
                        ]
                    ),
                ),
                ("applicable", models.PositiveSmallIntegerField(default=0)),
                ("settled", models.PositiveSmallIntegerField(default=0)),
                ("in_progress", models.PositiveSmallIntegerField(default=0)),
                ("blocked", models.PositiveSmallIntegerField(default=0)),
                ("next_due", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="progress",
                        to="pathways.case",
                    ),
                ),
            ],
            options={
                "ordering": ["phase"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "phase"), name="one_progress_per_phase"),
                    models.CheckConstraint(
                        condition=models.Q(("phase__in", [1, 2, 3, 4, 5, 6])), name="progress_phase_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "applicable__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("settled"), "+", models.F("in_progress")
                                    ),
                                    "+",
                                    models.F("blocked"),
                                ),
                            )
                        ),
                        name="progress_adds_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReasonCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("label", models.CharField(max_length=120)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("patient", "Patient"),
                            ("clinician", "Clinician"),
                            ("service", "Service"),
                            ("external", "External"),
                        ],
                        max_length=20,
                    ),
                ),
                ("for_blocked", models.BooleanField(default=False)),
                ("for_not_applicable", models.BooleanField(default=False)),
                ("for_not_done", models.BooleanField(default=False)),
                ("needs_text", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["patient", "clinician", "service", "external"])),
                        name="reason_origin_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="reason_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("for_blocked", True),
                            ("for_not_applicable", True),
                            ("for_not_done", True),
                            _connector="OR",
                        ),
                        name="reason_is_for_something",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="reason",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pathways.reasoncode",
            ),
        ),
        migrations.CreateModel(
            name="RequestToken",
            fields=[
                ("token", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("claim", models.UUIDField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="team_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="team_has_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("coordinator", "Coordinator"),
                            ("member", "Team member"),
                            ("observer", "Observer"),
                        ],
                        max_length=20,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="pathways.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("user", "team"),
                        name="one_current_role_per_team",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["coordinator", "member", "observer"])),
                        name="membership_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="membership_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalMembership",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("coordinator", "Coordinator"),
                            ("member", "Team member"),
                            ("observer", "Observer"),
                        ],
                        max_length=20,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
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
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical membership",
                "verbose_name_plural": "historical memberships",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"], name="membership_hist_by_user"
                    ),
                    models.Index(fields=["history_date", "history_id"], name="membership_hist_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="membership_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="case",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="pathways.team"
            ),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="team",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pathways.team"
            ),
        ),
        migrations.CreateModel(
            name="TemplateItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Diagnosis"),
                            (2, "Pain"),
                            (3, "Stabilisation"),
                            (4, "Tumour control"),
                            (5, "Rehabilitation"),
                            (6, "Follow-up"),
                        ]
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("guidance", models.CharField(blank=True, max_length=1000)),
                (
                    "requirement",
                    models.CharField(
                        choices=[
                            ("required", "Required"),
                            ("optional", "Optional"),
                            ("conditional", "Conditional"),
                        ],
                        max_length=12,
                    ),
                ),
                ("applies_text", models.CharField(blank=True, max_length=300)),
                ("applies_rule", models.JSONField(blank=True, null=True)),
                (
                    "anchor",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("case_opened", "Case opened"),
                            ("phase_started", "Phase started"),
                            ("item", "Another item done"),
                        ],
                        max_length=13,
                    ),
                ),
                ("anchor_item", models.CharField(blank=True, max_length=60)),
                ("within", models.CharField(blank=True, max_length=10)),
                (
                    "basis",
                    models.CharField(
                        blank=True, choices=[("published", "Published"), ("local", "Local")], max_length=10
                    ),
                ),
                ("repeat", models.CharField(blank=True, max_length=10)),
                ("response", models.JSONField()),
                ("depends_on", models.JSONField(blank=True, default=list)),
                ("sources", models.JSONField(blank=True, default=list)),
                (
                    "discipline",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.discipline",
                    ),
                ),
            ],
            options={
                "ordering": ["phase", "position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="template_item_has_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="template_item_has_title"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phase__in", [1, 2, 3, 4, 5, 6])),
                        name="template_item_phase_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("requirement__in", ["required", "optional", "conditional"])),
                        name="template_item_requirement_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("anchor", ""), ("basis", ""), ("within", "")),
                            models.Q(
                                ("anchor__in", ["case_opened", "phase_started", "item"]),
                                models.Q(("within", ""), _negated=True),
                                ("basis__in", ["published", "local"]),
                            ),
                            _connector="OR",
                        ),
                        name="target_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("anchor", "item"), models.Q(("anchor_item", ""), _negated=True)),
                            models.Q(models.Q(("anchor", "item"), _negated=True), ("anchor_item", "")),
                            _connector="OR",
                        ),
                        name="anchor_names_its_item",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalChecklistItem",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("code", models.CharField(max_length=60)),
                ("title", models.CharField(blank=True, max_length=200)),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Diagnosis"),
                            (2, "Pain"),
                            (3, "Stabilisation"),
                            (4, "Tumour control"),
                            (5, "Rehabilitation"),
                            (6, "Follow-up"),
                        ]
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("occurrence", models.PositiveIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("in_progress", "In progress"),
                            ("blocked", "Blocked"),
                            ("done", "Done"),
                            ("not_applicable", "Not applicable"),
                            ("not_done", "Not done"),
                        ],
                        default="not_started",
                        max_length=14,
                    ),
                ),
                ("applies_since", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("response", models.JSONField(blank=True, default=dict)),
                ("note", models.TextField(blank=True, max_length=10000)),
                ("reason_text", models.CharField(blank=True, max_length=1000)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
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
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "audit_event",
                    models.ForeignKey(
                        default=pathways.models.audit.open_event_id,
                        on_delete=django.db.models.deletion.PROTECT,
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
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
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.reasoncode",
                    ),
                ),
                (
                    "template_item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.templateitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical checklist item",
                "verbose_name_plural": "historical checklist items",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"],
                        name="checklistitem_hist_by_user",
                    ),
                    models.Index(fields=["history_date", "history_id"], name="checklistitem_hist_by_time"),
                    models.Index(
                        fields=["case", "history_date", "history_id"], name="checklistitem_hist_by_case"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="checklistitem_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="template_item",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pathways.templateitem",
            ),
        ),
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("number", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("summary", models.CharField(blank=True, max_length=1000)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("case_fields", models.JSONField(default=list)),
                ("instruments", models.JSONField(default=list)),
                ("sources", models.JSONField(default=list)),
                ("notes", models.JSONField(default=list)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "based_on",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.templateversion",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="pathways.pathwaytemplate",
                    ),
                ),
            ],
            options={
                "ordering": ["template", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("template", "number"), name="one_version_per_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "draft")),
                        fields=("template",),
                        name="one_draft_per_template",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="version_number_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "published", "retired"])),
                        name="version_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("status", "draft")),
                            models.Q(
                                models.Q(("status", "draft"), _negated=True),
                                ("published_at__isnull", False),
                                models.Q(("summary", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="version_published_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplatePhase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Diagnosis"),
                            (2, "Pain"),
                            (3, "Stabilisation"),
                            (4, "Tumour control"),
                            (5, "Rehabilitation"),
                            (6, "Follow-up"),
                        ]
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("goal", models.CharField(max_length=1000)),
                (
                    "template_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="phases",
                        to="pathways.templateversion",
                    ),
                ),
            ],
            options={
                "ordering": ["phase"],
                "constraints": [
                    models.UniqueConstraint(fields=("template_version", "phase"), name="each_phase_once"),
                    models.CheckConstraint(
                        condition=models.Q(("phase__in", [1, 2, 3, 4, 5, 6])), name="template_phase_known"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="templateitem",
            name="template_version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="pathways.templateversion",
            ),
        ),
        migrations.CreateModel(
            name="HistoricalTemplateVersion",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("number", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("summary", models.CharField(blank=True, max_length=1000)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("case_fields", models.JSONField(default=list)),
                ("instruments", models.JSONField(default=list)),
                ("sources", models.JSONField(default=list)),
                ("notes", models.JSONField(default=list)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
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
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.pathwaytemplate",
                    ),
                ),
                (
                    "based_on",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.templateversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical template version",
                "verbose_name_plural": "historical template versions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"],
                        name="templateversion_hist_by_user",
                    ),
                    models.Index(fields=["history_date", "history_id"], name="templateversion_hist_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="templateversion_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTemplatePhase",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Diagnosis"),
                            (2, "Pain"),
                            (3, "Stabilisation"),
                            (4, "Tumour control"),
                            (5, "Rehabilitation"),
                            (6, "Follow-up"),
                        ]
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("goal", models.CharField(max_length=1000)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
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
                    "template_version",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.templateversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical template phase",
                "verbose_name_plural": "historical template phases",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"],
                        name="templatephase_hist_by_user",
                    ),
                    models.Index(fields=["history_date", "history_id"], name="templatephase_hist_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="templatephase_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTemplateItem",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Diagnosis"),
                            (2, "Pain"),
                            (3, "Stabilisation"),
                            (4, "Tumour control"),
                            (5, "Rehabilitation"),
                            (6, "Follow-up"),
                        ]
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("guidance", models.CharField(blank=True, max_length=1000)),
                (
                    "requirement",
                    models.CharField(
                        choices=[
                            ("required", "Required"),
                            ("optional", "Optional"),
                            ("conditional", "Conditional"),
                        ],
                        max_length=12,
                    ),
                ),
                ("applies_text", models.CharField(blank=True, max_length=300)),
                ("applies_rule", models.JSONField(blank=True, null=True)),
                (
                    "anchor",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("case_opened", "Case opened"),
                            ("phase_started", "Phase started"),
                            ("item", "Another item done"),
                        ],
                        max_length=13,
                    ),
                ),
                ("anchor_item", models.CharField(blank=True, max_length=60)),
                ("within", models.CharField(blank=True, max_length=10)),
                (
                    "basis",
                    models.CharField(
                        blank=True, choices=[("published", "Published"), ("local", "Local")], max_length=10
                    ),
                ),
                ("repeat", models.CharField(blank=True, max_length=10)),
                ("response", models.JSONField()),
                ("depends_on", models.JSONField(blank=True, default=list)),
                ("sources", models.JSONField(blank=True, default=list)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
                    ),
                ),
                (
                    "discipline",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.discipline",
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
                    "template_version",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.templateversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical template item",
                "verbose_name_plural": "historical template items",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"],
                        name="templateitem_hist_by_user",
                    ),
                    models.Index(fields=["history_date", "history_id"], name="templateitem_hist_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="templateitem_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCase",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("reference", models.CharField(db_index=True, max_length=20)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("on_hold", "On hold"), ("closed", "Closed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pathway_complete", "Pathway complete"),
                            ("died", "Died"),
                            ("transferred", "Transferred to another service"),
                            ("alternative_diagnosis", "Alternative diagnosis"),
                            ("withdrawn", "Person withdrew"),
                            ("opened_in_error", "Opened in error"),
                        ],
                        max_length=24,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("details", models.JSONField(default=dict)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.auditevent",
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
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.team",
                    ),
                ),
                (
                    "template_version",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pathways.templateversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical case",
                "verbose_name_plural": "historical cases",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "history_date", "history_id"], name="case_hist_by_user"
                    ),
                    models.Index(fields=["history_date", "history_id"], name="case_hist_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "version", "history_type"), name="case_hist_version"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="case",
            name="template_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="pathways.templateversion",
            ),
        ),
        migrations.CreateModel(
            name="CasePhase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Diagnosis"),
                            (2, "Pain"),
                            (3, "Stabilisation"),
                            (4, "Tumour control"),
                            (5, "Rehabilitation"),
                            (6, "Follow-up"),
                        ]
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="phases",
                        to="pathways.case",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["phase"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "phase"), name="each_case_phase_once"),
                    models.CheckConstraint(
                        condition=models.Q(("phase__in", [1, 2, 3, 4, 5, 6])), name="case_phase_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("started_at__isnull", True), ("started_by__isnull", True)),
                            models.Q(("started_at__isnull", False), ("started_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="case_phase_started_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("text", models.TextField(max_length=10000)),
                ("written_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="pathways.case",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="pathways.checklistitem",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "written_at"], name="comment_in_order")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="comment_has_text"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("template_item__isnull", False), ("title", "")),
                    models.Q(("template_item__isnull", True), models.Q(("title", ""), _negated=True)),
                    _connector="OR",
                ),
                name="item_has_a_title",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reason__isnull", False), ("status__in", ("blocked", "not_applicable", "not_done"))
                    ),
                    models.Q(
                        models.Q(("status__in", ("blocked", "not_applicable", "not_done")), _negated=True),
                        ("reason__isnull", True),
                        ("reason_text", ""),
                    ),
                    _connector="OR",
                ),
                name="item_reason_where_needed",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateitem",
            constraint=models.UniqueConstraint(fields=("template_version", "code"), name="one_item_per_code"),
        ),
    ]
