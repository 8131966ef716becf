"""Answers with a dashboard, with the rows behind one of its numbers, or with a figure as CSV."""

from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways import published
from pathways.clocks import show_time
from pathways.dashboards.measures import Scope, counted
from pathways.forms.figures import Part
from pathways.forms.filters import understood
from pathways.views.case_list import teams_seen
from pathways.views.dashboard_pages import PAGES
from pathways.views.dashboard_terms import TERMS
from pathways.views.figure_csv import csv_file
from pathways.views.figure_rows import HEADINGS, in_order, row
from pathways.views.figure_words import published_standards
from pathways.views.figures import label_of, linking, read, shown
from pathways.views.offered import sites, templates, versions_in_use

ON_A_PAGE = 50
EVERYTHING = 10_000


@require_safe
def dashboard_figures(request, page):
    """One query for all that counts the same rows, and one for each list to choose from."""
    here, filters, left_out, scope = _asked(request, page)
    figures = _shown(page, filters, scope)
    context = {
        "page": here,
        "tabs": tabs(page),
        "terms": TERMS[page],
        "figures": figures,
        "total": any(each.total for each in figures),
        "worst": _worst(figures) if page == "waiting" else [],
        "standards": published_standards(scope) if page == "standards" else [],
        "as_at": show_time(scope.now),
        "filters": filters.shown(),
        "left_out": left_out,
    }
    return render(request, "pathways/dashboard_figures.html", context, status=422 if left_out else 200)


@require_safe
def dashboard_rows(request, page):
    """The rows behind a number, in pages of 50: the count asks once more."""
    here, filters, left_out, scope = _asked(request, page)
    measure, key, column = _followed(request, here, scope)
    figure = next(each for each in here.figures.values() if request.GET["figure"] in each.measures)
    found = measure.behind(scope, key, column)
    pages = Paginator(in_order(figure.unit, found), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": here,
        "figure": figure,
        "back": f"{reverse('dashboard_figures', args=[page])}?{query(filters)}",
        "pages": pages,
        "headings": HEADINGS[figure.unit],
        "rows": [row(figure.unit, each) for each in pages],
        "said": _number_of(figure.unit, pages.paginator.count),
        "group": label_of("", dict(zip(measure.by, key, strict=True)), measure.words_of(found), scope.sites),
        "column": {each.name: each.label for each in measure.columns(scope)}[column],
        "applied": [(title, words) for _, title, words in filters.applied()],
        "as_at": show_time(scope.now),
        "left_out": left_out,
        "query": urlencode(
            [(name, value) for name, value in request.GET.lists() if name != "page"], doseq=True
        ),
    }
    return render(request, "pathways/dashboard_rows.html", context, status=422 if left_out else 200)


@require_safe
def dashboard_csv(request, page, figure):
    """The table of a figure for a spreadsheet; that it was taken is an event."""
    here, filters, _, scope = _asked(request, page)
    if figure not in here.figures:
        raise Http404
    numbers = _counted(here, [figure], scope)
    table = shown(figure, here, scope, linking(page, filters), "", numbers, EVERYTHING)
    lines = [(label, *(cell.number for cell in cells), *more) for label, cells, more in table.lines]
    titles = (here.title, table.figure.title)
    return csv_file(request.user, f"{page}-{figure}", titles, filters, scope.now, [table.head, *lines])


def tabs(current=""):
    """Every dashboard: its address, its title, and whether it is this one."""
    first = (reverse("dashboard_progress"), "Phase progress", not current)
    return [first] + [
        (reverse("dashboard_figures", args=[name]), each.title, name == current)
        for name, each in PAGES.items()
    ]


def csv_address(page, figure, filters):
    return f"{reverse('dashboard_csv', args=[page, figure])}?{query(filters)}"


def _number_of(unit, number):
    """ "1 item", "20 phases"."""
    return f"{number} {unit}{'' if number == 1 else 's'}"


def query(filters):
    return urlencode({name: value for name, value in filters.cleaned_data.items() if value})


def _asked(request, page):
    """The page, its filters, those that were left out, and whose cases it is about."""
    if page not in PAGES:
        raise Http404
    here, now = PAGES[page], timezone.now()
    versions = versions_in_use()
    filters, left_out = understood(here.form, request.GET, **offered(here.form, request.user, versions))
    given = {name: value for name, value in filters.scope().items() if name != "split"}
    fields = published.titles_of(each[:2] for each in versions) if page == "completeness" else ()
    scope = Scope(request.user, now, fields=fields, sites=dict(sites(versions)), **given)
    return here, filters, left_out, scope


def offered(form, user, versions):
    """The choices of those of these filters that the form has."""
    choices: dict[str, Callable[[], Iterable]] = {
        "team": lambda: teams_seen(user).values_list("code", "name"),
        "template": lambda: templates(versions),
        "site": lambda: sites(versions),
    }
    return {name: choice() for name, choice in choices.items() if name in form.base_fields}


def _shown(page, filters, scope):
    """The figures of the page; of those that can be told apart further, the one that was chosen."""
    here, link = PAGES[page], linking(page, filters)
    chosen = filters.cleaned_data.get("split") or "phase"
    names = [chosen] if "split" in filters.fields else [*here.figures]
    numbers = _counted(here, names, scope)
    return [shown(name, here, scope, link, csv_address(page, name, filters), numbers) for name in names]


def _counted(here, figures, scope):
    """The groups of every measure that these figures show."""
    wanted = [measure for name in figures for measure in here.figures[name].measures]
    return counted({name: here.measures[name] for name in wanted}, scope)


def _followed(request, here, scope):
    """The measure, group and column that the address of rows names; 404 for what there is not."""
    try:
        measure = here.measures[request.GET.get("figure", "")]
        values = [Part().clean(text) for text in request.GET.getlist("row")]
        key = tuple(read(name, text) for name, text in zip(measure.by, values, strict=True))
        column = request.GET.get("column", "")
        return measure, key, {each.name: each for each in measure.columns(scope)}[column].name
    except (KeyError, ValueError, ValidationError) as error:
        raise Http404 from error


def _worst(figures):
    """The three items on which most cases wait now: title, number and address."""
    rows = [(row.label, row.cells[-1]) for row in figures[0].rows if row.cells[-1].number]
    return sorted(rows, key=lambda each: -each[1].number)[:3]
