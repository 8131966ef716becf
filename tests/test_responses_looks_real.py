"""Free text that names what could identify a real person is refused; clinical text is not."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pathways import responses


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("NHS 943 476 5919", "NHS number"),
        ("943-476-5919.", "NHS number"),
        ("no.9434765919", "NHS number"),
        ("943\u00a0476\u00a05919", "NHS number"),
        ("\uff19\uff14\uff13\uff14\uff17\uff16\uff15\uff19\uff11\uff19", "NHS number"),
        ("write to A.Ward+x@mail.example.invalid today", "e-mail address"),
        ("ring 020 7946 0958", "phone number"),
        ("ring (0117) 496 0123", "phone number"),
        ("ring 01632 960123", "phone number"),
        ("ring 01632 960 123 after six", "phone number"),
        ("07700900123", "phone number"),
        ("07700-900-123", "phone number"),
        ("+44 7700 900123", "phone number"),
        ("+44 (0)20 7946 0958", "phone number"),
        ("0044 20 7946 0958", "phone number"),
        ("lives at SW1A 1AA", "postcode"),
        ("lives at m1 1ae", "postcode"),
        ("EC1A1BB", "postcode"),
        ("CR2 6XH, rear", "postcode"),
        ("DN55 1PT", "postcode"),
        ("L1 8JQ", "postcode"),
    ],
)
def test_what_identifies_a_person_is_named(text, seen):
    assert responses.looks_real(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "T11 L1",
        "C7 to T2",
        "T9, T10 and L5 to S1",
        "L1-L5 S1 S2",
        "Junctional (occiput to C2, C7 to T2, T11 to L1, L5 to S1)",
        "SM-142",
        "SM-0142 3 11 2026",
        "EM-1000234567",
        "8 Gy in 1 fraction to T8",
        "L3 8Gy in 1",
        "S1 2nd course, L4 5th fraction",
        "30 Gy in 10 fractions, L2 3Gy",
        "L4 4mm and S1 2cm",
        "dexamethasone 16 mg, then 8 mg, then 0.5 mg",
        "120 mg oral morphine equivalent per 24 h",
        "B12 3ug, 1 mg three times",
        "27 11 2026 and 03 11 2026 10 14",
        "2026-11-03 10:14, 03/11/2026, 03.11.2026",
        "2026-11-03T10:14:00Z",
        "rounds at 0800 1200 1600 2000",
        "T2N1M0, ESCC 1c, ECOG 2, SINS 11",
        "pain 7/10 @ rest",
        "ward 12, bed 3",
        "1234567890 plasma cells",
    ],
)
def test_clinical_text_is_left_alone(text):
    assert responses.looks_real(text) is None


levels = st.sampled_from(
    [
        f"{region}{n}"
        for region, count in (("C", 7), ("T", 12), ("L", 5), ("S", 5))
        for n in range(1, count + 1)
    ]
)


@given(st.lists(levels, min_size=1), st.sampled_from([" ", ", ", "-", " to ", "/", "", " 8Gy, ", " 4mm "]))
def test_no_list_of_levels_looks_real(several, joiner):
    assert responses.looks_real(joiner.join(several)) is None


@given(
    st.datetimes(),
    st.sampled_from(["%d %m %Y %H %M", "%Y-%m-%d %H:%M", "%d/%m/%Y", "%d.%m.%Y", "%d %m %Y", "%d %b %Y"]),
)
def test_no_date_looks_real(moment, style):
    assume(moment.year >= 1900)
    assert responses.looks_real(moment.strftime(style)) is None


def check_digit(nine):
    return (11 - sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11) % 11


@given(
    st.from_regex(r"[1-9][0-9]{8}", fullmatch=True),
    st.integers(0, 9),
    st.sampled_from(["", " ", "-"]),
    st.text("xyz ,"),
)
def test_ten_digits_are_an_nhs_number_exactly_when_the_check_digit_fits(nine, last, joiner, around):
    text = joiner.join([nine[:3], nine[3:6], f"{nine[6:]}{last}"])
    seen = responses.looks_real(f"{around}{text}{around}")
    assert (seen == "NHS number") is (last == check_digit(nine))
