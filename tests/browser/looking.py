"""Looks at a page in every mode: what axe finds there, and whether it scrolls sideways."""

from tests.browser.harness import AXE_COLOURS, AXE_LAYOUT, AXE_RULES, axe

WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 320, "height": 800}
MODES = ("light", "dark", "narrow", "large text", "forced colours")
# What a person may set for their own reading (WCAG 1.4.12), put where the CSP cannot refuse it.
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-block-end: 2em !important }
  `);
  document.adoptedStyleSheets = [sheet];
}"""
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
# Rows in which something is open or said. All other rows are as on the page at rest, which is looked at too.
AT_WORK = "li[id^=i-]:has(.slot > *, .note, .undo), #flash"


def visit(page, *addresses):
    for address in addresses:
        page.goto(address)
        yield


def follow(page, control):
    """Until the whole page that it leads to is there: of half a page axe says that it has no headings."""
    with page.expect_navigation():
        control.click()


def turn_to(page, mode):
    page.emulate_media(
        color_scheme="dark" if mode == "dark" else "light",
        forced_colors="active" if mode == "forced colours" else "none",
    )
    page.set_viewport_size(NARROW if mode == "narrow" else WIDE)
    page.evaluate("size => document.documentElement.style.fontSize = size", "200%" * (mode == "large text"))


def look(page, mode, within="html"):
    """In the dark only colours are others; in large text, which needs less contrast, the layout is; forced
    colours are the system's own.

    By light the page is always looked at as a whole, with its headings and regions.
    """
    turn_to(page, mode)
    within = "html" if (mode, within) == ("light", AT_WORK) else within
    rules = {"dark": AXE_COLOURS, "large text": AXE_LAYOUT}.get(mode, AXE_RULES)
    found = [] if mode == "forced colours" else [f"{mode}: {line}" for line in axe(page, within, rules)]
    if page.evaluate(TOO_WIDE):
        found.append(f"{mode}: {page.url}: scrolls sideways")
    return found


def look_in_every_mode(page, within):
    found = [line for mode in MODES for line in look(page, mode, within)]
    turn_to(page, "narrow")
    page.evaluate(SPACING)
    if page.evaluate(TOO_WIDE):
        found.append(f"spaced text: {page.url}: scrolls sideways")
    page.evaluate("document.adoptedStyleSheets = []")
    turn_to(page, "light")
    return found
