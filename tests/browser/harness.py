"""A real browser in a thread of its own, so that Django's guard against calls from async code stays on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

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
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is broken comes back: what passes is most of the work and of the answer.
RUN_AXE = """rules => axe
  .run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})
  .then(found => found.violations)"""
AN_ANSWER_OF_4XX = "Failed to load resource: the server responded with a status of 4"
JOURNEY_SECONDS = 120
STEP_MILLISECONDS = 10_000

Result = TypeVar("Result")


def axe(page: Page) -> list[str]:
    """What axe finds on the page as it stands: a line for each element and the rule it breaks."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{page.url}: {broken['id']}: {broken['help']}: {node['html'][:200]}"
        for broken in page.evaluate(RUN_AXE, AXE_RULES)
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

    def close(self) -> None:
        self.thread.submit(self.chromium.close).result()
        self.thread.submit(self.playwright.stop).result()
        self.thread.shutdown()

    def run(self, journey: Callable[[Page], Result], name: str, **context: Any) -> Result:
        """What the journey returns; its failure, a script's error or a refusal by the CSP is the test's."""
        return self.thread.submit(self.travel, journey, name, context).result(JOURNEY_SECONDS)

    def travel(self, journey: Callable[[Page], Result], name: str, context: dict[str, Any]) -> Result:
        settings = {"locale": "en-GB", "timezone_id": "Europe/London", "reduced_motion": "reduce", **context}
        visit = self.chromium.new_context(**settings)
        visit.set_default_timeout(STEP_MILLISECONDS)
        try:
            page = visit.new_page()
            errors = listen(page)
            try:
                result = journey(page)
            except BaseException:
                page.screenshot(path=self.screens / f"{name}.png", full_page=True)
                raise
            assert not errors, errors
            return result
        finally:
            visit.close()


def listen(page: Page) -> list[str]:
    """A list that fills with the errors of the page's scripts and the console's, 4xx answers left out."""
    errors: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(AN_ANSWER_OF_4XX):
            errors.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors
