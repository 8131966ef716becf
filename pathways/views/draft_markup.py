"""The markup of a draft's outline: written in Python, because a page holds dozens of rows.

Addresses in it are relative to the page of the draft. Whatever it places is escaped here.
"""

from html import escape

from django.utils.safestring import SafeString, mark_safe

FIRST = "It is the first of its phase"
LAST = "It is the last of its phase"
FOCUS = " data-autofocus"


def section(phase, *, csrf, beside=False) -> SafeString:
    """One phase with its rows, and with controls where there is a `csrf` field for their forms.

    `beside` lets it find its own place in the page.
    """
    at, place = f"p-{phase.code}", ' hx-swap-oob="morph"' if beside else ""
    rows = "".join(_row(row, bool(csrf)) for row in phase.rows)
    number = f'<span class="n" aria-hidden="true">{phase.number}</span>'
    empty = "" if phase.rows else '<li class="item"><p class="mut s">No item yet.</p></li>'
    return mark_safe(  # noqa: S308  its parts are escaped
        f'<section class="phase" id="{at}" data-phase="{phase.number}" aria-labelledby="{at}-h"{place}>'
        f'<header class="phase-head"><div class="line">{number}'
        f'<h2 id="{at}-h" tabindex="-1"{FOCUS * phase.has_focus}>{escape(phase.title)}</h2>'
        f'<span class="sum">{phase.counted}</span>{_goal_link(phase) if csrf else ""}</div>'
        f'<p class="goal">{escape(phase.goal)}</p></header>'
        f'<div class="slot">{phase.panel}</div>'
        f'<ul class="items" role="list">{rows or empty}</ul>{_add(phase, csrf) if csrf else ""}</section>\n'
    )


def _goal_link(phase):
    return (
        f'<a class="btn quiet" id="p-{phase.code}-edit" href="phases/{phase.code}/">'
        f'Edit<span class="vh"> the phase {escape(phase.title)}</span></a>'
    )


def _add(phase, csrf):
    at, title = f"p-{phase.code}-add", escape(phase.title)
    bad = f'<p class="error" id="{at}-error">{escape(phase.refused)}</p>' if phase.refused else ""
    described = f' aria-invalid="true" aria-describedby="{at}-error"' if phase.refused else ""
    return (
        f'<form class="add" method="post" action="items/new/" hx-post="items/new/">{csrf}'
        f'<input type="hidden" name="token" value="{phase.token}">'
        f'<input type="hidden" name="phase" value="{phase.code}">'
        f'<label for="{at}">New item<span class="vh"> in {title}</span></label>{bad}'
        f'<input id="{at}" name="title" maxlength="200" autocomplete="off"'
        f' value="{escape(phase.typed)}"{described}{FOCUS * bool(phase.refused)}>'
        f'<button class="btn sec">Add<span class="vh"> to {title}</span></button></form>'
    )


def _row(row, may_edit):
    title, place = escape(row.title), f"{row.phase}.{row.place}"
    number = "" if row.is_removed else place
    named = f"<del>{title}</del>" if row.is_removed else title
    facts = " · ".join(map(escape, row.facts))
    marks = "".join(f' <span class="tag {kind}">{words}</span>' for kind, words in row.marks)
    acts = "" if not may_edit else _put_back(row, title) if row.is_removed else _acts(row, place)
    return (
        f'<li class="item" id="i{row.pk}"{" data-removed" * row.is_removed}><span class="no">{number}</span>'
        f'<div><p class="t">{named}{marks}</p><p class="m">{facts}</p></div>'
        f'<span class="who">{escape(row.owner)}</span><div class="acts">{acts}</div>'
        f'{row.said}<div class="slot">{row.panel}</div></li>\n'
    )


def _acts(row, place):
    """Controls go by the number of their row: a title in each would make the page twice as long."""
    return (
        f"{_move(row, 'up', place, row.place - 1, FIRST * row.is_first)}"
        f"{_move(row, 'down', place, row.place + 1, LAST * row.is_last)}"
        f'<a class="btn sec" id="i{row.pk}-edit" href="items/{row.code}/" aria-label="Edit {place}"'
        f"{_focus(row, 'edit')}>Edit</a>"
        f'<a class="more" id="i{row.pk}-more" href="items/{row.code}/#more"'
        f' aria-label="More for {place}"{_focus(row, "more")}></a>'
    )


def _move(row, way, place, to, why_not):
    """At the end it stays in reach, and says why it does nothing."""
    ended = f' aria-disabled="true" title="{why_not}"' if why_not else ""
    return (
        f'<button id="i{row.pk}-{way}" form="act" name="{way}"'
        f' value="{row.pk}.{row.version}.{row.phase}.{to}" aria-label="Move {place} {way}"{ended}'
        f"{_focus(row, way)}></button>"
    )


def _put_back(row, title):
    return (
        f'<button class="btn sec" id="i{row.pk}-undo" form="act" formaction="items/{row.code}/put-back/"'
        f'{_focus(row, "undo")}>Undo<span class="vh"> removing “{title}”</span></button>'
    )


def _focus(row, control):
    return FOCUS if row.focus == control else ""
