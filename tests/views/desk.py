"""How tests of the case and item pages read a page and send its forms."""

import re
from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

from django.urls import reverse

from pathways.services import checklists
from tests import factories

NOW = datetime(2026, 11, 3, 14, 32, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


def record(by, case, code, status="done", occurrence=1, **kwargs):
    item = factories.item(case, code, occurrence)
    return checklists.record_item(by=by, item=item, seen=item.version, status=status, **kwargs).item


def case_url(case):
    return reverse("case_detail", args=[case.reference])


def item_url(item, verb="detail"):
    return reverse(f"item_{verb}", args=[item.case.reference, item.code, item.occurrence])


def markup(response):
    """The page with every run of white space as one space, however its templates are laid out."""
    return re.sub(r"\s+", " ", response.content.decode())


def text(response):
    """The page in words, without its markup."""
    words = re.sub(r"<[^>]*>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(words))


def element(html, anchor):
    """The part of a markup that has this id, to its own closing tag, or None."""
    start = re.search(rf'<(\w+)[^>]* id="{re.escape(anchor)}"', html)
    depth = 0
    for tag in re.finditer(rf"<(/?){start[1]}\b[^>]*>", html[start.start() :]) if start else ():
        depth += -1 if tag[1] else 1
        if not depth or start[1] == "input":
            return html[start.start() :][: tag.end()]
    return None


def row(response, code, occurrence=1):
    """The markup of one item's row on the case page or in an answer, or None."""
    found = element(markup(response), f"i-{code}-{occurrence}")
    return found and unescape(found)


def ids(html):
    return re.findall(r' id="([^"]+)"', html)


def same(html):
    """A markup without what differs each time that it is made, so that two of them can be compared."""
    html = re.sub(r'(name="(?:token|csrfmiddlewaretoken)" value=)"[^"]*"', r'\1""', html)
    return re.sub(' hx-swap-oob="[a-z]+"', "", html)


def fields(response, action, nth=0):
    """Name to value of the hidden fields of the first, or another, form that is sent to the address."""
    form = re.findall(rf'<form[^>]* action="{re.escape(action)}".*?</form>', markup(response))[nth]
    pairs = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in pairs}


def control(item, name):
    """The id of a control of the item's forms."""
    return f"i-{item.code}-{item.occurrence}-{name}"


def send(client, item, verb="save", headers=None, **data):
    """Post a form of the item as its page would, with a fresh token and the version that the item has."""
    data = {"token": uuid4().hex, "version": item.version} | data
    return client.post(item_url(item, verb), data, headers=headers)


def tap(client, item, verb="save", **data):
    """The same as htmx does it from the item's row on the case page."""
    return send(client, item, verb, HTMX, **data)


def ask(client, item, part):
    """A part of the item's page as htmx gets it into the row; `part` may go on with "&name=value"."""
    return client.get(f"{item_url(item)}?part={part}", headers=HTMX)


def is_back_at_row(response, item):
    """Whether the answer leads on to the item's row by a 303."""
    anchor = f"#i-{item.code}-{item.occurrence}"
    return (
        response.status_code == 303
        and response.url.startswith(case_url(item.case))
        and response.url.endswith(anchor)
    )
