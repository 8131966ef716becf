"""Whole templates as documents, with every kind of response, field and instrument, and with nasty texts."""

from hypothesis import strategies as st

from pathways.enums import Phase
from pathways.interop.template_import import read_for_new

DISCIPLINES = {"surgery": "Surgery", "no": "No", "1": "One"}
NASTY = [
    "NO", "no", "yes", "on", "~", "null", "Null", "true", "1.10", "1", "-0", "0x1F", "0o7", "1_000", "1:30",
    "1e-05", ".inf", "2026-11-03", "2026-11-03 14:32:00", "---", "...", "- a", "? a", "a: b", "a:", ":a",
    "#a", "a #b", "&a", "*a", "!a", "!!str a", "%TAG", "@a", "`a`", "{a", "[a]", "a, b", "|", ">", "'", '"',
    "''", "it's", 'say "x"', "back\\slash", "\\n", "a\tb", "a\nb", "a\n\nb", "a\n b", "a \nb", "a\n\tb\nc",
    "a: b\nc", "a\u2028b\nc", "a\u0085b", "a\u2028b", "a\u2029b", "a\u00a0b", "a\ufeffb", "\ufeffa",
    "a\u200db", "é", "\u202eabc", "💉" * 9, "a\ufffeb", "a\u0080b", "=", "<<", "word " * 23 + "end",
    "x" * 120, "a" + " " * 90 + "b", "</textarea>", "\N{LATIN SMALL LETTER E}\u0301",
]  # fmt: skip
LETTERS = st.characters(
    exclude_categories=["Cs"], exclude_characters=[*map(chr, [*range(9), *range(11, 32), 127])]
)


def texts(most):
    drawn = st.text(LETTERS, min_size=1, max_size=most).map(str.strip)
    return st.one_of(st.sampled_from(NASTY), drawn).filter(lambda text: 0 < len(text) <= most)


def codes(prefix, most=3):
    return st.integers(0, most).map(lambda count: [f"{prefix}{number}" for number in range(count)])


NUMBERS = st.one_of(
    st.integers(-(10**14), 10**14),
    st.sampled_from([0.1, 1.0, 1e-05, 0.000000000000001, 123456789.125, 1e14, -2.5]),
)


def optional(**fields):
    return st.fixed_dictionaries({}, optional=fields)


def joined(*parts):
    return st.tuples(*parts).map(lambda found: {name: each[name] for each in found for name in each})


def choices(**more):
    def numbered(labels):
        return [{"value": f"v{n}", "label": text, **dict.fromkeys(more, n)} for n, text in enumerate(labels)]

    return st.lists(texts(200), min_size=2, max_size=3).map(numbered)


def span(low, high):
    return (
        st.tuples(low, high)
        .map(lambda pair: {"min": min(pair), "max": max(pair)})
        .filter(lambda pair: pair["min"] < pair["max"])
    )


@st.composite
def fields(draw, code, sources):
    kinds = [
        st.just({"type": "boolean"}),
        optional(pattern=st.sampled_from(["[A-Z]+", "\\d{2}", "NO"])).map(
            lambda each: {"type": "text", **each}
        ),
        joined(st.just({"type": "number"}), span(NUMBERS, NUMBERS), optional(unit=texts(120))),
        joined(
            st.fixed_dictionaries({"type": st.just("choice"), "choices": choices()}),
            optional(multiple=st.just(True)),
        ),
    ]
    common = {"code": code, "title": draw(texts(200))}
    return common | draw(st.one_of(kinds)) | draw(optional(help=texts(1000), sources=cited(sources)))


def cited(sources):
    return st.lists(st.sampled_from(sources or [""]), min_size=1, unique=True) if sources else st.nothing()


@st.composite
def instruments(draw, code, sources):
    first = {
        "code": code,
        "title": draw(texts(200)),
        "version": 1,
        "higher_is": "worse",
        "scope": draw(texts(200)),
    }
    kind = draw(st.sampled_from(["sum", "grade", "scale"]))
    if kind == "sum":
        component = {"code": "part", "title": draw(texts(200)), "options": draw(choices(points=True))}
        high = len(component["options"]) - 1
        body = {"type": kind, "min": 0, "max": high, "components": [component]}
    elif kind == "grade":
        body = {"type": kind, "options": draw(choices(order=True))}
        high = len(body["options"]) - 1
    else:
        high = 10
        body = {"type": kind, "min": 0, "max": high, "step": 1} | draw(
            optional(anchors=st.dictionaries(st.sampled_from(["0", "10", "5"]), texts(60), min_size=1))
        )
    bands = [{"code": "all", "label": draw(texts(120)), "min": 0, "max": high}]
    return first | body | {"bands": bands} | draw(optional(note=texts(1000)))


@st.composite
def responses(draw, instrument_codes):
    kinds = [
        st.sampled_from([{"kind": "tick"}, {"kind": "date"}, {"kind": "text"}]),
        joined(
            st.fixed_dictionaries({"kind": st.just("number"), "unit": texts(120)}), span(NUMBERS, NUMBERS)
        ),
        joined(
            st.fixed_dictionaries({"kind": st.just("choice"), "choices": choices()}),
            optional(multiple=st.just(True)),
        ),
    ]
    if instrument_codes:
        kinds.append(
            st.sampled_from(instrument_codes).map(lambda code: {"kind": "score", "instrument": code})
        )
    return draw(st.one_of(kinds))


@st.composite
def items(draw, code, earlier, lists):
    anchors = ["case_opened", "phase_started", *(f"item:{each}" for each in earlier)]
    target = st.fixed_dictionaries(
        {
            "anchor": st.sampled_from(anchors),
            "within": st.sampled_from(["P1D", "PT4H", "P2W", "P1M"]),
            "basis": st.sampled_from(["published", "local"]),
        }
    )
    found = {"code": code, "title": draw(texts(200)), "discipline": draw(st.sampled_from([*DISCIPLINES]))}
    found["requirement"] = draw(st.sampled_from(["required", "optional", "conditional"]))
    if found["requirement"] == "conditional":
        found["applies_when"] = {"text": draw(texts(300))} | draw(rules(lists["case_fields"]))
    extra = {
        "guidance": texts(1000),
        "target": target,
        "repeat": st.just("P7D"),
        "sources": cited(lists["sources"]),
    }
    if earlier:
        extra["depends_on"] = st.lists(st.sampled_from(earlier), min_size=1, unique=True)
    extra = {name: each for name, each in extra.items() if not each.is_empty}
    return found | {"response": draw(responses(lists["instruments"]))} | draw(optional(**extra))


def rules(case_fields):
    tests = [{"field": each["code"], "is": True} for each in case_fields if each["type"] == "boolean"]
    if not tests:
        return st.just({})
    return st.lists(st.sampled_from(tests), min_size=1, max_size=2).map(
        lambda found: {"rule": {"any": found}}
    )


@st.composite
def templates(draw, code="generated", prefix="GEN"):
    """A document that a file of it would be accepted for."""
    sources = [{"code": each, "title": draw(texts(200))} for each in draw(codes("S-"))]
    cite = [each["code"] for each in sources]
    case_fields = [draw(fields(each, cite)) for each in draw(codes("field_"))]
    scores = [draw(instruments(each, cite)) for each in draw(codes("score_", 2))]
    notes = [
        {"code": each, "title": draw(texts(200)), "text": draw(texts(1000)), "sources": cite}
        for each in draw(codes("note-", 2))
    ]
    lists = {"case_fields": case_fields, "instruments": [each["code"] for each in scores], "sources": cite}
    phases, earlier = [], []
    for phase in Phase:
        held = []
        for number in range(draw(st.integers(0, 2))):
            held.append(draw(items(f"item-{phase}-{number}", earlier, lists)))
            earlier = [*earlier, held[-1]["code"]]
        phases.append(
            {"code": phase.code, "title": draw(texts(120)), "goal": draw(texts(1000)), "items": held}
        )
    header = {
        "code": code,
        "reference_prefix": prefix,
        "title": draw(texts(200)),
        "condition": draw(texts(200)),
    }
    header |= draw(optional(summary=texts(1000), sources_summary=texts(1000)))
    header["case_fields"] = [each["code"] for each in case_fields]
    if notes:
        header["notes"] = [each["code"] for each in notes]
    return {
        "schema": 1, "template": header, "phases": phases, "case_fields": case_fields, "instruments": scores,
        "sources": sources, "notes": notes,
    }  # fmt: skip


def read_back(text):
    return read_for_new(text, file="x", disciplines=DISCIPLINES)
