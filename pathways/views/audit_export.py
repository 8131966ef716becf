"""The events that a filter of the audit review finds, as a file."""

from urllib.parse import urlencode

from django.http import Http404, StreamingHttpResponse
from django.views.decorators.http import require_GET

from pathways.audit import export
from pathways.http import problem
from pathways.permissions import Permission, require
from pathways.views import audit_filters


@require_GET
def audit_export(request, form):
    """A file of FORMS for the query that the audit page has; it is made whole before any of it goes out."""
    require(request.user, Permission.REVIEW_AUDIT)
    if form not in export.FORMS:
        raise Http404
    filters, taken, left_out = audit_filters.read(request.GET)
    if left_out:
        said = f"Left out: {', '.join(left_out)}. Nothing was exported. Go back and change the filter."
        return problem(request, 422, "Not every filter was understood", said)
    events = audit_filters.wanted(taken)
    if events.order_by()[: export.MOST_AT_ONCE + 1].count() > export.MOST_AT_ONCE:
        return problem(request, 422, "Too many events for one file here", too_many())
    made = export.export(events, by=request.user, form=form, **asked(filters))
    headers = {
        "Content-Disposition": f'attachment; filename="audit-history-{made.about.time[:10]}.{form}"',
        "Content-Length": str(made.size),
    }
    return StreamingHttpResponse(made, content_type=export.FORMS[form].content_type, headers=headers)


def asked(filters):
    """The filter as the file's header states it, in words and as an address."""
    applied = filters.applied()
    return {
        "words": "; ".join(f"{label}: {text}" for _, label, text in applied) or "Everything",
        "query": urlencode({name: filters.cleaned_data[name] for name, _, _ in applied}),
    }


def too_many():
    return (
        f"More events fit this filter than a file made here holds, which is {export.MOST_AT_ONCE:,}. "
        "Choose fewer days, or ask whoever runs the server for manage.py export_history, which has no limit."
    )
