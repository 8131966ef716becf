"""What a person does at a browser whichever the page: with a mouse, or with nothing but a keyboard."""

from playwright.sync_api import expect

from tests.browser.world import PASSWORD

STOPS = 200
IS_BEFORE = """control => Boolean(
  document.activeElement.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_PRECEDING
)"""
# Tab comes to a group of radio buttons once: to the one that is chosen, else to the first or the last.
HAS_FOCUS = """control => {
  const {activeElement: now} = document, isGroup = control.type === 'radio';
  return now === control || (isGroup && now.name === control.name && now.form === control.form);
}"""


class Mouse:
    def __init__(self, page):
        self.page = page

    def reach(self, control):
        control.wait_for()

    def press(self, control):
        control.click()

    def follow(self, control):
        """Press what leads to another page, and go on there."""
        self.reach(control)
        with self.page.expect_navigation():
            self.press(control)

    def mark(self, choice):
        choice.check()

    def write(self, field, text):
        field.fill(text)

    def pick(self, field, label):
        field.select_option(label=label)

    def send(self, form, button="Save"):
        self.press(form.get_by_role("button", name=button, exact=True))

    def go_to_search(self):
        self.press(self.page.get_by_role("link", name="Find a case"))

    def leave(self, part):
        """Close a panel of a row."""
        self.press(part.get_by_role("link", name="Close"))

    def sign_in(self, username):
        self.page.goto("/sign-in/")
        self.write(self.page.get_by_role("textbox", name="User name"), username)
        self.write(self.page.get_by_role("textbox", name="Password"), PASSWORD)
        self.follow(self.page.get_by_role("button", name="Sign in", exact=True))
        expect(self.page.get_by_role("heading", level=1)).not_to_contain_text("Sign in")


class Keyboard(Mouse):
    """Reaches everything by Tab from wherever the focus is, so that a focus that is lost is found out."""

    def reach(self, control):
        self.tab_to(control)

    def tab_to(self, control):
        control.wait_for()
        element = control.element_handle()
        key = "Shift+Tab" if element.evaluate(IS_BEFORE) else "Tab"
        for _ in range(STOPS):
            if element.evaluate(HAS_FOCUS):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not come to {control}")

    def press(self, control):
        self.tab_to(control)
        is_link = control.evaluate("control => control.tagName === 'A'")
        self.page.keyboard.press("Enter" if is_link else "Space")

    def mark(self, choice):
        self.tab_to(choice)
        if not choice.is_checked():
            self.page.keyboard.press("Space")
        for _ in range(STOPS):
            if choice.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrow keys do not come to {choice}")

    def write(self, field, text):
        self.tab_to(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def pick(self, field, label):
        self.tab_to(field)
        chosen = field.locator("option:checked")
        for _ in range(field.locator("option").count()):
            if chosen.inner_text() == label:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrow keys do not come to {label}")

    def send(self, form, button="Save"):
        """Ctrl and Enter do what the first button of the form that one is in does."""
        expect(form.locator(":focus")).to_have_count(1)
        self.page.keyboard.press("ControlOrMeta+Enter")

    def go_to_search(self):
        self.page.keyboard.press("ControlOrMeta+k")

    def leave(self, part):
        self.page.keyboard.press("Escape")
