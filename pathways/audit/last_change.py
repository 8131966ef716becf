"""Who changed a draft last, and when."""

from ..models import TemplateItem, TemplatePhase


def last_change_of(draft):
    """The newest history row of the draft or of anything in it; three queries."""
    newest = [draft.history.latest("history_id")]
    for model in (TemplatePhase, TemplateItem):
        rows = model.history.filter(template_version=draft.pk).select_related("history_user")
        newest += rows.order_by("-history_id")[:1]
    return max(newest, key=lambda row: row.history_date)
