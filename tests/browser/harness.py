"""A real browser in a thread of its own, so that Django's guard against calls from async code stays on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
]
AXE_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
AXE_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
AXE_LAYOUT = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}
# Only what is broken comes back: what passes is most of the work and of the answer.
RUN_AXE = """([within, runOnly]) => axe
  .run(within, {runOnly, resultTypes: ['violations']})
  .then(found => found.violations)"""
ANSWERS_OF_4XX = (
    "Failed to load resource: the server responded with a status of 4",
    "Response Status Error Code 4",
)
# What htmx and the browser write when a server or a connection fails, for journeys that make them fail.
FAILURES = ("Failed to load resource:", "Response Status Error Code", "htmx:")
HERE = {None, "localhost", "127.0.0.1"}
JOURNEY_SECONDS = 300
STEP_MILLISECONDS = 10_000

Result = TypeVar("Result")


def axe(page: Page, within: str = "html", rules: dict[str, Any] = AXE_RULES) -> list[str]:
    """What axe finds in a part of the page as it stands: a line for each element and the rule it breaks."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{page.url}: {broken['id']}: {broken['help']}: {node['html'][:200]}"
        for broken in page.evaluate(RUN_AXE, [within, rules])
        for node in broken["nodes"]
    ]


class Browser:
    """One Chromium for all journeys of a test process; every call to it happens in its own thread."""

    def __init__(self, executable: str, screens: Path) -> None:
        self.screens = screens
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="browser")
        self.thread.submit(self.open, executable).result()

    def open(self, executable: str) -> None:
        self.playwright = sync_playwright().start()
        self.chromium = self.playwright.chromium.launch(executable_path=executable, args=FLAGS)
        expect.set_options(timeout=STEP_MILLISECONDS)

    def close(self) -> None:
        self.thread.submit(self.chromium.close).result()
        self.thread.submit(self.playwright.stop).result()
        self.thread.shutdown()

    def run(self, journey: Callable[[Page], Result], name: str, **context: Any) -> Result:
        """What the journey returns; its failure, a script's error or a refusal by the CSP is the test's."""
        return self.thread.submit(self.travel, journey, name, **context).result(JOURNEY_SECONDS)

    def travel(
        self,
        journey: Callable[[Page], Result],
        name: str,
        *,
        allowed: tuple[str, ...] = ANSWERS_OF_4XX,
        **context: Any,
    ) -> Result:
        settings = {"locale": "en-GB", "timezone_id": "Europe/London", "reduced_motion": "reduce", **context}
        visit = self.chromium.new_context(**settings)
        visit.set_default_timeout(STEP_MILLISECONDS)
        try:
            page = visit.new_page()
            errors = listen(page, allowed)
            try:
                result = journey(page)
            except BaseException:
                page.screenshot(path=self.screens / f"{name}.png", full_page=True)
                raise
            assert not errors, errors
            return result
        finally:
            visit.close()


def listen(page: Page, allowed: tuple[str, ...] = ANSWERS_OF_4XX) -> list[str]:
    """Fills with errors of scripts and the console, `allowed` left out, and with requests elsewhere."""
    errors: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(allowed):
            errors.append(message.text)

    def watch(request: Request) -> None:
        if urlsplit(request.url).hostname not in HERE:
            errors.append(f"Asked for {request.url}")

    page.on("console", hear)
    page.on("request", watch)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors
