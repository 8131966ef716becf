"""The rules of the house that a machine can check."""

import ast
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pathways"
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]

ENUMS = {"enums"}
PURE = {
    "rules",
    "clocks",
    "instruments",
    "responses",
    "details",
    "near",
    "rule_logic",
    "invented",
    "rehearsal",
}
STORED = {"compiled", "models"} | ENUMS
BASE = STORED | {"permissions", "progress", "published"} | PURE
SERVICES = BASE | {"audit", "interop", "services"}
PAGES = SERVICES | {"commonest", "dashboards", "demo", "forms", "http", "kept"}

MAY_IMPORT = {
    "compiled": set(),
    "enums": set(),
    **dict.fromkeys(PURE, ENUMS | PURE),
    "models": ENUMS | {"compiled"},
    "permissions": STORED,
    "progress": STORED,
    "published": STORED,
    "interop": STORED | PURE,
    "audit": STORED | PURE | {"permissions", "published"},
    "commonest": STORED,
    "dashboards": STORED | PURE | {"progress"},
    "forms": STORED | PURE | {"interop"},
    "services": SERVICES,
    "demo": SERVICES,
    "http": SERVICES | {"kept"},
    "kept": set(),
    "navigation": STORED | {"http", "permissions"},
    "management": SERVICES | {"demo", "views"},
    "views": PAGES,
    "urls": {"views"},
    "checks": {"audit"},
    "apps": {"audit", "checks"},
    "__init__": set(),
}

BYPASSES = {"update", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "raw"}
WRITES_UNTRACKED = {
    ("audit/recording.py", "bulk_create"),
    ("audit/recording.py", "update"),
    ("audit/seal.py", "bulk_create"),
    ("progress.py", "bulk_create"),
    ("models/people.py", "update"),
    ("services/cases.py", "get_or_create"),
}

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def part_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree(path):
    return ast.parse(path.read_text())


def imported_parts(path):
    """The parts of our own package that a module imports, however it writes them."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            yield from parts_of_import(path, node)
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("pathways."))


def parts_of_import(path, node):
    home = ["pathways", *path.relative_to(PACKAGE).parts[:-1]]
    base = home[: len(home) - node.level + 1] if node.level else []
    dotted = base + (node.module or "").split(".") * bool(node.module)
    if dotted[:1] != ["pathways"]:
        return
    if len(dotted) > 1:
        yield dotted[1]
    else:
        yield from (name.name for name in node.names)


@every_module
def test_a_module_imports_only_downwards(path):
    part = part_of(path)
    assert part in MAY_IMPORT, f"say in MAY_IMPORT what {part} may import"
    assert set(imported_parts(path)) - {part} <= MAY_IMPORT[part]


def test_nothing_is_allowed_that_does_not_exist():
    parts = {part_of(path) for path in MODULES}
    assert set(MAY_IMPORT) == parts


def calls(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def is_on_a_queryset(node):
    return any(isinstance(each, ast.Attribute) and each.attr == "objects" for each in ast.walk(node.func))


@every_module
def test_no_write_goes_round_the_history(path):
    name = str(path.relative_to(PACKAGE))
    for node in calls(path):
        known = (name, node.func.attr) in WRITES_UNTRACKED
        chained = is_on_a_queryset(node) or node.func.attr.startswith("bulk_")
        assert known or not (node.func.attr in BYPASSES and chained), (
            f"line {node.lineno}: {ast.unparse(node)}"
        )
        assert not (node.func.attr == "save" and any(k.arg == "update_fields" for k in node.keywords)), (
            f"line {node.lineno}: save(update_fields=…) records values that were never stored"
        )


WRITERS = {"services", "audit", "progress", "models", "interop"}


@pytest.mark.parametrize(
    "path", [path for path in MODULES if part_of(path) not in WRITERS], ids=lambda path: path.name
)
def test_only_services_write(path):
    for node in calls(path):
        assert node.func.attr not in {"save", "delete", "create"}, f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if part_of(p) not in {"forms", "views", "http", "kept"}], ids=lambda p: str(p)
)
def test_nothing_below_the_forms_knows_of_http(path):
    source = path.read_text()
    assert "django.http" not in source
    assert "django.shortcuts" not in source


READ_HISTORY = {
    f"audit/{name}.py" for name in ("timeline", "steps", "finding", "guard", "past", "last_change")
}


@every_module
def test_historical_tables_are_read_in_few_places(path):
    name = str(path.relative_to(PACKAGE))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr == "history":
            assert name in READ_HISTORY, f"line {node.lineno}"


@every_module
def test_a_module_says_in_one_sentence_what_belongs_in_it(path):
    if path.name == "__init__.py" and not path.read_text().strip():
        return
    doc = ast.get_docstring(tree(path))
    assert doc, "no docstring"
    assert doc.splitlines()[0].endswith((".", ":"))


@every_module
def test_a_file_has_at_most_300_lines(path):
    assert len(path.read_text().splitlines()) <= 300


SERVICE_FILES = sorted((PACKAGE / "services").glob("*.py"))
ATOMIC = [
    pytest.param(path, node, id=node.name)
    for path in SERVICE_FILES
    for node in tree(path).body
    if isinstance(node, ast.FunctionDef)
    and any(ast.unparse(decorator) == "transaction.atomic" for decorator in node.decorator_list)
]

SERVICES_BY_NAME = {
    "create_person", "create_team", "add_membership", "end_membership", "load_disciplines",
    "load_reason_codes", "load_template_file", "publish_version", "open_case", "update_case_details",
    "hold_case", "close_case", "reopen_case", "start_phase", "record_item", "assign_item", "set_due",
    "save_entry", "remove_entry", "move_entry",
    "create_template", "start_draft", "discard_draft", "retire_version", "replace_draft",
    "create_template_from_file", "plan_move", "move_case", "move_back", "leave_case",
    "add_item", "edit_item", "duplicate_item", "remove_item", "put_back_item", "move_item", "edit_phase",
    "add_own_item", "switch_item", "see_mention", "save_view", "replace_view", "remove_view",
    "save_reason_code",
    "add_comment", "undo_change", "set_preferences", "mark_reviewed", "restore_item", "restore_detail",
    "begin_many", "settle_many", "begin_undo", "set_duties",
}  # fmt: skip


def test_every_service_is_known_by_name():
    assert {param.values[1].name for param in ATOMIC} == SERVICES_BY_NAME


@pytest.mark.parametrize(("path", "service"), ATOMIC)
def test_every_service_has_the_same_shape(path, service):
    """Keyword-only, `by` says who, one transaction, and the first thing it does is ask."""
    body = service.body[1:] if ast.get_docstring(service) else service.body
    assert not service.args.args
    assert "by" in {argument.arg for argument in service.args.kwonlyargs}
    assert ast.unparse(body[0]).startswith("require(by, ")
    assert any(
        "recording(by=by" in ast.unparse(statement) or "_load(" in ast.unparse(statement)
        for statement in body
    )


@pytest.mark.django_db
def test_migrations_are_up_to_date():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_template_is_used():
    sources = "".join(
        path.read_text()
        for folder in ("pathways", "templates", "config")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html"}
    )
    by_django = {"400.html", "403.html", "404.html", "500.html"}
    names = [path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html")]
    assert [name for name in names if name not in sources and name not in by_django] == []


ALLOWED_AT_THE_TOP = {
    "manage.py", "pathways", "config", "templates", "fixtures", "tests", "pyproject.toml", "README.md",
    "docs", "Makefile", "requirements.txt", "requirements-dev.txt", "Dockerfile", "compose.yaml", "LICENSE",
}  # fmt: skip


def test_the_top_level_stays_as_it_is():
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - {"var", "__pycache__"} <= ALLOWED_AT_THE_TOP
