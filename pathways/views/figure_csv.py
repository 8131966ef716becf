"""A figure's table as a file for a spreadsheet; that it was taken is an event."""

import csv

from django.http import HttpResponse

from pathways.audit.export import BOM, safe
from pathways.audit.recording import record_event
from pathways.clocks import show_time
from pathways.enums import Action
from pathways.models.audit import LONGEST_REASON


def csv_file(by, name, titles, filters, now, table):
    """The answer with the titles, what narrows the figure, the moment, and the lines of the table."""
    words = "; ".join(f"{title}: {text}" for _, title, text in filters.applied()) or "Everything"
    record_event(action=Action.EXPORT_FIGURE, by=by, reason=f"{', '.join(titles)}. {words}"[:LONGEST_REASON])
    file = f'attachment; filename="{name}-{now:%Y-%m-%d}.csv"'
    answer = HttpResponse(BOM, "text/csv; charset=utf-8", headers={"Content-Disposition": file})
    lines = [titles, ("Filter", words), ("As at", show_time(now)), (), *table]
    csv.writer(answer).writerows([safe(cell) for cell in line] for line in lines)
    return answer
