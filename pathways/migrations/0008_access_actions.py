from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pathways", "0007_seal")]

    operations = [
        migrations.RemoveConstraint(
            model_name="auditevent",
            name="event_action_known",
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
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("action", "read_case"), _negated=True),
                fields=["case", "at", "id"],
                name="change_by_case",
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
                        ],
                    )
                ),
                name="event_action_known",
            ),
        ),
    ]
