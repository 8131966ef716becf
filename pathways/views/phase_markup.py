"""The six phases of a case as HTML: written in Python, because each stands several times on its page.

Every text is escaped here, where it is placed; states, counts and the names of phases are words of ours.
"""

from html import escape

from django.utils.safestring import SafeString, mark_safe

from pathways.views.rows import fresh_token

HERE, CURRENT = ' hx-swap-oob="true"', ' aria-current="step"'
ITEMS = (
    '<ul class="items" role="list" hx-inherit="hx-target hx-swap hx-sync" hx-target="closest .item"'
    ' hx-swap="morph:outerHTML" hx-sync="closest .item:queue last">\n'
)


def phases(sections, csrf) -> SafeString:
    """All of them with their rows; `csrf` is the hidden field of their forms."""
    return _safe('<div id="phases">\n', *(_phase(each, csrf) for each in sections), "</div>\n")


def rail(sections, *, beside=False) -> SafeString:
    """The way to each phase; `beside` lets it find its own place in the page when it comes with a row."""
    ways = (
        f'<li><a href="#p{each.number}" data-phase="{each.number}" data-s="{each.state}"'
        f"{CURRENT if each.is_current else ''}>"
        f'<span class="n">{each.number}</span><span>{each.title}<span class="vh">, {each.state_label}.</span>'
        f'</span><span class="c">{each.counted}</span><span class="meter {each.width}"></span></a></li>\n'
        for each in sections
    )
    place = HERE if beside else ""
    return _safe(f'<nav class="rail" id="rail" aria-label="Phases"{place}>\n<ol>\n', *ways, "</ol>\n</nav>\n")


def head(section, csrf, *, beside=False) -> SafeString:
    """What stands above the rows of a phase."""
    at, place = f"p{section.number}", HERE if beside else ""
    return _safe(
        f'<div class="phase-head" id="{at}-head"{place}>\n<div class="line">\n'
        f'<span class="n" aria-hidden="true">{section.number}</span>\n'
        f'<h2 id="{at}" tabindex="-1">{section.title}</h2>\n'
        f'<span class="tag" data-s="{section.state}">{section.state_label}</span>\n'
        f'{_jump(section.following)}<span class="sum">{section.counted}</span>\n'
        f"{_several(section)}{_start(section, csrf)}</div>\n"
        f'<p class="goal">{escape(section.goal)} {escape(section.started)}</p>\n</div>\n'
    )


def _phase(section, csrf):
    at = section.number
    return (
        f'<section class="phase" data-phase="{at}" aria-labelledby="p{at}">\n{head(section, csrf)}'
        f"{_rows(section)}{_resting('Does not apply now', section.resting, section.title)}"
        f"{_resting('From an earlier version', section.retired, section.title)}{_add(section)}</section>\n"
    )


def _rows(section):
    if not section.rows:
        return ""
    listed = f"{ITEMS}{''.join(section.rows)}</ul>\n"
    if not section.is_folded:
        return listed
    said = f'{_items(section.rows)}, all settled<span class="vh"> in {section.title}</span>'
    return f'<details class="fold"><summary>{said}</summary>{listed}</details>\n'


def _resting(why, items, title):
    if not items:
        return ""
    listed = "".join(
        f'<li><a href="{escape(url)}">{escape(name)}</a> <span class="mut">{escape(about)}</span></li>'
        for url, name, about in items
    )
    said = f'{why}: {_items(items)}<span class="vh"> of {title}</span>'
    return f'<details class="rest">\n<summary>{said}</summary>\n<ul role="list">{listed}</ul>\n</details>\n'


def _items(items):
    return f"{len(items)} item{'s' * (len(items) != 1)}"


def _jump(following):
    if following is None:
        return ""
    return f'<a class="jump s" href="#p{following.value}">Skip to {following.label}</a>\n'


def _several(section):
    if not section.bulk_url:
        return ""
    said = f'Several…<span class="vh"> items of {section.title} at once</span>'
    return f'<a class="s" href="{escape(section.bulk_url)}">{said}</a>\n'


def _start(section, csrf):
    if not section.start_url:
        return ""
    return (
        f'<form class="acts" method="post" action="{escape(section.start_url)}">\n{csrf}'
        f'<input type="hidden" name="token" value="{fresh_token()}">'
        f'<button class="btn sec" id="p{section.number}-start">Start phase'
        f'<span class="vh"> {section.title}</span></button>\n</form>\n'
    )


def _add(section):
    if not section.add_url:
        return ""
    said = f'Add an item<span class="vh"> to {section.title}</span>'
    return f'<p class="rest s"><a href="{escape(section.add_url)}">{said}</a></p>\n'


def _safe(*parts):
    return mark_safe("".join(parts))  # noqa: S308  each text was escaped where it was placed
