"""The three ways to work a case: rows with a mouse, rows with a keyboard, pages and forms without scripts."""

import re
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.browser.hands import Keyboard, Mouse
from tests.browser.harness import listen


class Person:
    """What everybody can see; an item is meant in its first occurrence.

    `at` begins the ids of rows where they are not on the page of their case.
    """

    at = ""

    def row(self, code):
        return self.page.locator(f"#{self.at}i-{code}-1")

    def rail(self, phase):
        return self.page.locator(f"#rail [data-phase='{phase}'] .c")

    def sees(self, code, status, *words):
        """The row's status and words, and that the rail and the phase's heading count alike."""
        expect(self.row(code)).to_have_attribute("data-s", status)
        for each in words:
            expect(self.row(code)).to_contain_text(each)
        phase = self.row(code).evaluate("row => row.closest('.phase').dataset.phase")
        expect(self.page.locator(f"#p{phase}-head .sum")).to_have_text(self.rail(phase).inner_text())

    @contextmanager
    def settling(self, phase, by=1):
        before = int(self.rail(phase).inner_text().split()[0])
        yield
        expect(self.rail(phase)).to_contain_text(f"{before + by} of ")

    @contextmanager
    def staying(self):
        """With scripts all of it happens on the page that is loaded now; what it shows is stored nowhere.

        The one thing that htmx keeps is the address.
        """
        self.page.evaluate("window.isSame = true")
        yield
        assert self.page.evaluate("window.isSame === true") == self.has_scripts
        address = self.page.evaluate("location.pathname + location.search")
        kept = {"htmx-current-path-for-history": address} if self.has_scripts else {}
        assert self.page.evaluate("[{...localStorage}, {...sessionStorage}]") == [{}, kept]

    @contextmanager
    def beside(self, username):
        """Another person who works the same way in another browser."""
        settings = {"base_url": self.page.url.split("/cases")[0], "java_script_enabled": self.has_scripts}
        visit = self.page.context.browser.new_context(**settings)
        page = visit.new_page()
        errors = listen(page)
        other = type(self)(page)
        other.sign_in(username)
        yield other
        visit.close()
        assert not errors, errors


class InRows(Person):
    """Everything happens in the rows of the case page, which never loads again."""

    has_scripts = True

    def hears(self, words):
        expect(self.page.locator("#live")).to_contain_text(words)

    def goes_on_from(self, code, part):
        expect(self.page.locator(f"#{self.at}i-{code}-1-{part}")).to_be_focused()

    @contextmanager
    def settling(self, phase, by=1):
        with super().settling(phase, by):
            yield
        self.hears(self.rail(phase).inner_text())

    def do_now(self, code):
        self.press(self.page.locator(f"#{self.at}i-{code}-1-go"))

    def choose_in_menu(self, code, *path):
        """What is pressed one after the other; the last thing sends something or opens a form."""
        self.press(self.page.locator(f"#{self.at}i-{code}-1-more"))
        menu = self.page.locator("#menu")
        expect(menu.locator(":focus")).to_have_count(1)
        for each in path:
            self.press(menu.locator("summary, button, a").filter(has_text=each, visible=True).first)
        expect(menu).to_be_hidden()

    def choose(self, code, answer):
        self.choose_in_menu(code, "Done…", answer)

    def give_reason(self, code, status, reason):
        self.choose_in_menu(code, f"{status}…", reason)

    def explain(self, code, status, reason, words):
        self.choose_in_menu(code, f"{status}…", f"{reason}…")
        form = self.row(code).locator(".slot form")
        self.send(form)
        expect(self.row(code).locator("[id$=errors]")).to_be_focused()
        self.write(form.get_by_label("More about the reason"), words)
        self.send(form)

    def open_form(self, code):
        """By the row's own button where it has one, else by the menu."""
        button = self.row(code).locator(".acts a[data-part=edit]")
        if button.count():
            self.press(button)
        else:
            self.choose_in_menu(code, "All fields…")
        form = self.row(code).locator(".slot form")
        expect(form.locator("input:not([type=hidden]), select, textarea").first).to_be_focused()
        return form

    def undo(self, code):
        self.press(self.page.locator(f"#{self.at}i-{code}-1-undo"))

    def is_shown_both(self, code, *words):
        heading = self.row(code).get_by_role("heading", name="changed this while you were editing")
        expect(heading).to_be_focused()
        for each in words:
            expect(self.row(code).locator(".conflict")).to_contain_text(each)

    def replace_theirs(self, code):
        self.press(self.row(code).get_by_role("button", name="Save mine instead"))

    def print(self):
        self.page.evaluate("window.print = () => { window.isPrinted = true; }")
        self.press(self.page.get_by_role("button", name="Print"))
        assert self.page.evaluate("window.isPrinted")

    def read_history(self, code):
        """In the row; what closes it leads back to what opened it."""
        self.press(self.page.locator(f"#{self.at}i-{code}-1-log"))
        slot = self.row(code).locator(".slot")
        expect(slot.locator("h3").first).to_be_focused()
        told = slot.locator(".story").inner_text()
        self.leave(slot)
        self.goes_on_from(code, "log")
        return told


class OnPages(Person):
    """Every step is a page or a form of its own, and ends on the case page at the item's row."""

    has_scripts = False

    def hears(self, words):
        expect(self.page.locator("#flash")).to_contain_text(words)

    def goes_on_from(self, code, part):
        expect(self.page).to_have_url(re.compile(f"#{self.at}i-{code}-1$"))

    def do_now(self, code):
        self.press(self.page.locator(f"#{self.at}i-{code}-1-go"))

    def open_form(self, code):
        self.follow(self.row(code).locator(".t a"))
        return self.page.locator("section[aria-labelledby=record] form[data-guard]")

    def choose(self, code, answer):
        form = self.open_form(code)
        self.mark(form.get_by_label(answer))
        self.press(form.get_by_role("button", name="Save as done"))

    def give_reason(self, code, status, reason):
        form = self.open_form(code)
        self.mark(form.get_by_label(status))
        self.pick(form.get_by_label("Reason", exact=True), reason)
        self.send(form)

    def explain(self, code, status, reason, words):
        self.give_reason(code, status, f"{reason} (say which below)")
        expect(self.page.get_by_role("alert")).to_contain_text("There is a problem")
        form = self.page.locator("section[aria-labelledby=record] form[data-guard]")
        self.write(form.get_by_label("More about the reason"), words)
        self.send(form)

    def undo(self, code):
        self.press(self.page.locator(f"#{self.at}i-{code}-1-undo"))

    def is_shown_both(self, code, *words):
        expect(self.page.get_by_role("heading", name="changed this while you were editing")).to_be_visible()
        for each in words:
            expect(self.page.locator(".conflict")).to_contain_text(each)

    def replace_theirs(self, code):
        self.press(self.page.get_by_role("button", name="Save mine instead"))

    def print(self):
        """With the browser's own command: a button that could do nothing is not there."""
        expect(self.page.get_by_role("button", name="Print")).to_be_hidden()

    def read_history(self, code):
        self.follow(self.row(code).locator(".t a"))
        told = self.page.locator(".story").inner_text()
        self.follow(self.page.locator(".up a").nth(1))
        return told


class MouseInRows(Mouse, InRows):
    pass


class KeyboardInRows(Keyboard, InRows):
    pass


class MouseOnPages(Mouse, OnPages):
    pass


WAYS = {"mouse": MouseInRows, "keyboard": KeyboardInRows, "without scripts": MouseOnPages}
