"""What happened, as HTML: written in Python, because a page holds 50 entries and a template takes long.

Every text is escaped here, once, where it is placed; what an entry holds is plain text.
"""

from functools import partial
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from pathways.audit.changes import SHORT
from pathways.audit.folding import Fold
from pathways.audit.table import rows

NEW = '<span class="tag">New</span> '
THEN = '<span class="vh">, the case as it was then</span>'


def shown(story):
    """What `_history.html` needs: the story, and its days, which a page that shows a table never asks for."""
    return {"story": story, "days": partial(_days, story)}


def _days(story):
    """Pairs of a day in words and the markup of what it holds."""
    return [(day, markup(entries)) for day, entries in story.days]


def markup(entries) -> SafeString:
    """The list items of entries and folds."""
    return _safe(_fold(each) if isinstance(each, Fold) else _entry(each) for each in entries)


def table(entries, *, of_one_case=False) -> SafeString:
    """The rows of the table of changes, which has a column for the case unless it is about one."""
    return _safe(_row(each, of_one_case=of_one_case) for each in rows(entries))


def _safe(parts):
    return mark_safe("".join(parts))  # noqa: S308  each text was escaped where it was placed


def _entry(entry):
    """An attribute and a class are words of ours; addresses have their quotes escaped like any text."""
    moment = f"{entry.time}{THEN}" if entry.then else entry.time
    return (
        f'<li{_status(entry)}>\n<time datetime="{entry.at.isoformat()}">{_link(entry.then, moment)}</time>\n'
        f"<div>\n<p>{_who(entry)} {_sentence(entry)}{_version(entry, entry)}</p>\n"
        f"{''.join(map(_change, entry.changes))}{_said(entry)}{''.join(map(_effect, entry.effects))}"
        f"{_after(entry)}</div>\n</li>\n"
    )


def _fold(fold):
    newest = fold.newest
    case = f" on {escape(newest.case)}" if newest.case else ""
    return (
        f'<li{_status(fold)}>\n<time datetime="{newest.at.isoformat()}">{newest.time}</time>\n'
        f"<details>\n<summary>{_who(newest)} {escape(fold.lead)}{case}, {fold.span}"
        f'{_version(fold, newest)}</summary>\n<ol class="tl" role="list">\n'
        f"{''.join(map(_entry, fold.entries))}</ol>\n</details>\n</li>\n"
    )


def _status(told):
    return f' data-s="{escape(told.status)}"' if told.status else ""


def _link(url, html):
    return f'<a href="{escape(url)}">{html}</a>' if url else html


def _who(entry):
    new = NEW if entry.is_new else ""
    about = f' <span class="mut">({escape(entry.about)})</span>' if entry.about else ""
    return f"{new}<strong>{escape(entry.who)}</strong>{about}"


def _sentence(entry):
    title = escape(entry.title)
    if entry.url:
        title = f" {_link(entry.url, title)}"
    elif title:
        title = f" “{title}”"
    case = f"{entry.joint}{_link(entry.case_url, escape(entry.case))}" if entry.case_url else ""
    return f"{escape(entry.lead)}{title} {escape(entry.tail)}{case}"


def _version(told, entry):
    if not told.is_version_told:
        return ""
    return f' <span class="mut s">(template version {entry.version})</span>'


def _change(change):
    label, old, new = map(escape, change)
    if change.is_long:
        did = ("changed" if new else "removed") if old else "added"
        was = f'<p class="pre"><span class="vh">Was:</span> <del>{old}</del></p>' if old else ""
        now = f'<p class="pre"><span class="vh">Now:</span> <ins>{new}</ins></p>' if new else ""
        return f'<details class="chg"><summary>{label} {did}</summary>{was}{now}</details>\n'
    was = f' <span class="vh">was</span> <del>{old}</del>' if old else ""
    now = f'<span class="vh">now</span> <ins>{new}</ins>' if new else '<span class="mut">removed</span>'
    return f'<p class="chg">{label}{was} {now}</p>\n'


def _said(entry):
    text = f'<p class="pre">{escape(entry.text)}</p>\n' if entry.text else ""
    return text + (f'<p class="s">Reason: {escape(entry.reason)}</p>\n' if entry.reason else "")


def _effect(effect):
    summary = escape(effect.summary)
    if not effect.lines:
        return f'<p class="s">{summary}</p>\n'
    lines = "".join(map(_line, effect.lines))
    return f'<details class="s"><summary>{summary}</summary><ul role="list">{lines}</ul></details>\n'


def _line(line):
    label, old, new = map(escape, line)
    return f"<li>{label}{f' <del>{old}</del>' if old else ''}{f' <ins>{new}</ins>' if new else ''}</li>"


def _after(entry):
    """What became of it since, and where to set back to it."""
    undone = f'<p class="s mut">{escape(entry.undone)}</p>\n' if entry.undone else ""
    if not entry.restore:
        return undone
    what = f'<span class="vh"> value of {escape(entry.title) or "the case details"}, {entry.time}</span>'
    return f'{undone}<p class="s acts">{_link(entry.restore, f"Set back to this{what}")}</p>\n'


def _row(row, *, of_one_case):
    entry = row.entry
    undone = f' <span class="mut">{escape(entry.undone)}</span>' if entry.undone else ""
    case = "" if of_one_case else f"<td>{_link(entry.case_url, escape(entry.case))}</td>\n"
    return (
        f'<tr>\n<th scope="row">{_moment(entry)}</th>\n'
        f"<td>{NEW if entry.is_new else ''}{escape(entry.who)}</td>\n<td>{escape(entry.about)}</td>\n"
        f"<td>{escape(entry.did)}{undone}</td>\n{case}<td>{escape(row.item)}</td>\n"
        f"<td>{escape(row.field)}</td>\n<td>{_value(row.old)}</td>\n<td>{_value(row.new)}</td>\n"
        f"<td>{escape(entry.reason)}</td>\n<td>{entry.version or ''}</td>\n</tr>\n"
    )


def _moment(entry):
    moment = f'<time datetime="{entry.at.isoformat()}">{entry.moment}</time>'
    return _link(entry.then, f"{moment}{THEN}") if entry.then else moment


def _value(value):
    if len(value) <= SHORT:
        return f'<span class="pre">{escape(value)}</span>'
    begins = escape(Truncator(value).chars(60))
    return f'<details><summary>{begins}</summary><p class="pre">{escape(value)}</p></details>'
