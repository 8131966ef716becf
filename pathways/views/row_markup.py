"""The markup of a row: written in Python, because a page holds dozens and a template takes ten times as long.

Whatever it places is HTML already; the row escaped it.
"""

from django.utils.safestring import SafeString, mark_safe

QUICK = {"done": 'value="done">Done now', "unblock": 'value="in_progress">Unblock'}


def markup(row, csrf, *, beside=False) -> SafeString:
    """One list item, the same on the page and in the answer to a request; `csrf` is the hidden field.

    `beside` lets it find its own place in the page when it comes with the row that was asked for.
    """
    at, place = row.anchor, ' hx-swap-oob="morph"' if beside else ""
    place += f' data-news="{row.news}"' if row.news else ""
    return mark_safe(  # noqa: S308  the row escaped its parts
        f'<li class="item" id="{at}" data-s="{row.status}" tabindex="-1"{place}>'
        f'<div><p class="t"><a href="{row.url}{row.query}">{row.title}</a>{_status(row)}</p>{row.facts}</div>'
        f'<div class="side">{_who(row)}{_due(row)}'
        f'<div class="acts">{_quick(row, csrf)}{_more(row)}{_log(row)}</div></div>'
        f'{_undo(row, csrf)}{row.said}<div class="slot" id="{at}-slot">{row.panel}</div></li>\n'
    )


def _status(row):
    shown = f'class="tag" data-s="{row.status}"' if row.tagged else 'class="vh"'
    optional = ' <span class="tag">Optional</span>' if row.optional else ""
    return f" <span {shown}>{row.status_label}</span>{optional}"


def _who(row):
    avatar = f'<span class="av" aria-hidden="true">{row.initials}</span>' if row.initials else ""
    return f'<span class="who">{avatar}{row.who}</span>' if row.who else ""


def _due(row):
    if not row.due:
        return ""
    shown = 'class="due tag" data-s="overdue"' if row.overdue else 'class="due"'
    return f"<span {shown}>{row.due}</span>"


def _quick(row, csrf):
    if not row.quick:
        return ""
    named = f'<span class="vh"> “{row.title}”</span>'
    if row.quick == "record":
        link = f'class="btn sec" id="{row.anchor}-go" href="{row.url}{row.query}#record" data-part="edit"'
        return f"<a {link}>Record…{named}</a>"
    if row.quick == "take":
        return (
            f'<form method="post" action="{row.url}assign/" hx-post="{row.url}assign/">{csrf}{_sent(row)}'
            f'<button class="btn sec" id="{row.anchor}-go" name="assignee" value="{row.taker}">'
            f"Take this{named}</button></form>"
        )
    return (
        f'<form method="post" action="{row.url}save/" hx-post="{row.url}save/">{csrf}{_sent(row)}'
        f'<input type="hidden" name="one_tap" value="yes">'
        f'<button class="btn sec" id="{row.anchor}-go" name="status" {QUICK[row.quick]}{named}</button>'
        f"</form>"
    )


def _sent(row):
    return (
        f'<input type="hidden" name="token" value="{row.token}">'
        f'<input type="hidden" name="version" value="{row.version}">'
    )


def _more(row):
    if not row.may_change:
        return ""
    return (
        f'<a class="btn quiet more" id="{row.anchor}-more"'
        f' href="{row.url}{row.query}#record">'
        f'<span class="vh">Change “{row.title}”</span></a>'
    )


def _log(row):
    if not row.was_changed:
        return ""
    return (
        f'<a class="btn quiet log" id="{row.anchor}-log"'
        f' href="{row.url}{row.query}#changes">'
        f'<span class="vh">History of “{row.title}”</span></a>'
    )


def _undo(row, csrf):
    if not row.undo:
        return ""
    return (
        f'<form class="undo" method="post" action="{row.url}undo/" hx-post="{row.url}undo/">{csrf}'
        f'<input type="hidden" name="token" value="{row.token}">'
        f'<input type="hidden" name="event" value="{row.undo}">'
        f'<input type="hidden" name="back" value="case">{row.undo_words} '
        f'<button class="btn quiet" id="{row.anchor}-undo">Undo<span class="vh"> “{row.title}”</span>'
        f"</button></form>"
    )
