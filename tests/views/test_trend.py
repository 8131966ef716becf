"""What was recorded on the occurrences of an item, drawn as a line with its table."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from pathways.enums import ItemStatus, ResponseKind
from pathways.models import Case, ChecklistItem, TemplateItem, TemplateVersion
from pathways.views.trend import EDGE, HEIGHT, WIDTH, trend
from tests import factories
from tests.views.desk import NOW, element, item_url, markup, record, text

CASE = Case(template_version=TemplateVersion(instruments=[]))
ASKS = {"kind": ResponseKind.NUMBER, "unit": "mg"}


def done(number, value, at):
    item = ChecklistItem(occurrence=number, status=ItemStatus.DONE, settled_at=at, response={"value": value})
    item.template_item = TemplateItem(response=ASKS)
    return item


values = st.lists(
    st.tuples(st.floats(-1e6, 1e6), st.datetimes(datetime(2026, 1, 1))), min_size=2, max_size=80
)


@given(values)
def test_every_point_lies_in_the_drawing_in_the_order_of_care_and_of_size(recorded):
    items = [done(n, value, at.replace(tzinfo=UTC)) for n, (value, at) in enumerate(recorded, 1)]
    points = trend(items, CASE).points
    assert all(EDGE <= point.x <= WIDTH - EDGE and EDGE <= point.y <= HEIGHT - EDGE for point in points)
    assert [point.x for point in points] == sorted(point.x for point in points)
    by_number = {each.occurrence: each.response["value"] for each in items}
    ordered = sorted(points, key=lambda point: by_number[point.occurrence])
    assert [point.y for point in ordered] == sorted((point.y for point in points), reverse=True)


def test_fewer_than_two_numbers_make_no_trend():
    at = datetime(2026, 11, 3, tzinfo=UTC)
    open_one = ChecklistItem(occurrence=2, template_item=TemplateItem(response=ASKS))
    word = ChecklistItem(occurrence=3, status=ItemStatus.DONE, settled_at=at, response={"value": "low"})
    word.template_item = TemplateItem(response={"kind": ResponseKind.CHOICE, "choices": []})
    assert trend([done(1, 2.5, at), open_one, word], CASE) is None


@pytest.mark.django_db
def test_the_page_of_a_repeating_item_draws_it_with_its_table(client, team, member):
    asked = {
        "code": "calcium",
        "phase": 1,
        "repeat": "P7D",
        "response": {"kind": "number", "unit": "mmol/L", "min": 1.0, "max": 5.0},
        **factories.within("case_opened", "P1D"),
    }
    with time_machine.travel(NOW, tick=False) as clock:
        client.force_login(member)
        case = factories.open_case(team, version=factories.published([asked]))
        record(member, case, "calcium", response={"value": 2.5})
        assert "trend" not in markup(client.get(item_url(factories.item(case, "calcium", 2))))
        clock.shift(timedelta(minutes=20))
        record(member, case, "calcium", occurrence=2, response={"value": 3.25})
        page = client.get(item_url(factories.item(case, "calcium", 3)))
    assert "2.50 on 3 Nov 2026, 14:32, 3.25 on 3 Nov 2026, 14:52" in text(page)
    assert "Drawn from 2.5 at the bottom to 3.25 at the top" in text(page)
    assert markup(page).count("<circle") == 2
    assert element(markup(page), "earlier")
