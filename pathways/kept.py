"""What a person wrote and could not save: handed back, or carried along until they have signed in."""

from typing import NamedTuple
from urllib.parse import urlsplit

from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

NOT_THEIR_TEXT = {
    "csrfmiddlewaretoken", "token", "password", "persona", "version", "seen", "one_tap",
    "replacing", "event", "back", "was",
}  # fmt: skip
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "persona")


def typed_text(post):
    """What a person wrote into a form, as name and text, so that a page can hand it back."""
    return [
        (name.replace("_", " ").capitalize(), value)
        for name, values in post.lists()
        for value in values
        if name not in NOT_THEIR_TEXT and value.strip()
    ]


class Kept(NamedTuple):
    """A form that was sent after its session had ended: where to, its fields, and the page that it was on.

    It travels from page to page in the browser; nothing of it is stored.
    """

    path: str
    fields: str
    back: str

    @classmethod
    def of(cls, request):
        """What the request sent but for what is secret or belongs to its session; None for an empty form."""
        fields = request.POST.copy()
        for name in NEVER_KEPT:
            fields.pop(name, None)
        back = urlsplit(request.headers.get("Referer", "")).path
        return cls(request.get_full_path(), fields.urlencode(), back) if fields else None

    @classmethod
    def sent_on(cls, post):
        """The same from the page that carried it, or None where it makes no sense."""
        found = cls(*(post.get(f"kept_{name}", "") for name in cls._fields))
        return found if found.fields and is_own(found.path) else None

    @property
    def post(self):
        return QueryDict(self.fields)

    @property
    def pairs(self):
        return [(name, value) for name, values in self.post.lists() for value in values]

    @property
    def page(self):
        """Where to go without saving."""
        return self.back if is_own(self.back) else "/"


def is_own(path):
    """Whether it is an address of this site."""
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
