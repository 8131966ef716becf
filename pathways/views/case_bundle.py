"""Everything that is recorded of one case, as a zip that can be checked far from here."""

from django.http import FileResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from pathways.audit.bundle import OFFLINE, Bundle
from pathways.clocks import show_time
from pathways.enums import Action, Phase
from pathways.permissions import Permission, require
from pathways.views.case_detail import visible_case
from pathways.views.case_details import in_words
from pathways.views.identity import identity
from pathways.views.rows import with_rows
from pathways.views.words import applies, reason_words, settled_words, shown_response


@require_GET
def case_bundle(request, reference):
    """The zip is made whole before any of it goes out; a dozen queries for each 200 events of the case."""
    case = visible_case(request.user, reference)
    require(request.user, Permission.REVIEW_AUDIT)
    bundle = Bundle(case, by=request.user)
    page = render_to_string("pathways/case_bundle.html", page_context(case, bundle))
    name = f"{reference}-bundle-{bundle.at:%Y-%m-%d}.zip"
    return FileResponse(
        bundle.zipped(page), as_attachment=True, filename=name, content_type="application/zip"
    )


def page_context(case, bundle):
    """The case as it stands, and its story without who only looked; its style inside, as it travels alone."""
    items = with_rows(case)
    return {
        "case": case,
        "style": format_html("<style>{}</style>", SafeString((OFFLINE / "case.css").read_text())),
        "identity": identity(case, bundle.at, items),
        "made": show_time(bundle.at),
        "by": bundle.by,
        "details": in_words(case),
        "phases": [
            (phase.label, [line(item, case, bundle.at) for item in items if item.phase == phase])
            for phase in Phase
        ],
        "entries": [entry for entry in bundle.entries if entry.event.action != Action.READ_CASE],
    }


def line(item, case, now):
    """Title, status, and what else there is to say of an item, each with its name."""
    said = [
        ("Response", shown_response(item, case)),
        ("Reason", reason_words(item) if item.reason_id else ""),
        ("Note", item.note),
        ("", settled_words(item, now)),
        ("Assigned to", str(item.assignee) if item.assignee_id else ""),
        ("Due", show_time(item.due_at) if item.due_at and not item.is_settled else ""),
        ("", "" if applies(item) else "Does not apply now"),
    ]
    title = item.name if item.occurrence == 1 else f"{item.name}, occurrence {item.occurrence}"
    return title, item.get_status_display(), [each for each in said if each[1]]
