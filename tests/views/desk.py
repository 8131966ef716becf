"""How tests of the case and item pages read a page and send its forms."""

import re
from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

from django.urls import reverse

from pathways.services import checklists
from tests import factories

NOW = datetime(2026, 11, 3, 14, 32, tzinfo=UTC)


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


def row(response, code, occurrence=1):
    """The markup of one item's row on the case page, or None."""
    found = re.search(rf'<li class="item" id="i-{code}-{occurrence}".*?</li>', markup(response))
    return found and unescape(found[0])


def fields(response, action):
    """Name to value of the hidden fields of the first form that is sent to the address."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', markup(response))
    pairs = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    return {name: unescape(value) for name, value in pairs}


def send(client, item, verb="save", **data):
    """Post a form of the item as its page would, with a fresh token and the version that the item has."""
    data = {"token": uuid4().hex, "version": item.version} | data
    return client.post(item_url(item, verb), data)


def is_back_at_row(response, item):
    """Whether the answer leads on to the item's row by a 303."""
    anchor = f"#i-{item.code}-{item.occurrence}"
    return (
        response.status_code == 303
        and response.url.startswith(case_url(item.case))
        and response.url.endswith(anchor)
    )
