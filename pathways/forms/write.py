"""What every form that writes carries: the version it was rendered from, and a token to answer once by."""

from hashlib import sha256

from django import forms
from django.http import QueryDict

from ..responses import clean

LARGEST_VERSION = 2**31 - 1


class WriteForm(forms.Form):
    """A form whose repeat is recognised; NUL bytes and lone surrogates are cleaned out before it is read."""

    data: QueryDict
    token = forms.UUIDField(
        error_messages={
            "required": "This form is out of date. Reload the page.",
            "invalid": "This form is out of date. Reload the page.",
        }
    )
    version = forms.IntegerField(min_value=0, max_value=LARGEST_VERSION, required=False)

    def __init__(self, data=None, **kwargs):
        super().__init__(data=_cleaned(data), **kwargs)

    def digest(self, path):
        """The same for the same body sent to the same address; the CSRF token does not count."""
        body = {name: self.data.getlist(name) for name in sorted(self.data) if name != "csrfmiddlewaretoken"}
        return sha256(repr((path, body)).encode()).hexdigest()


def _cleaned(data):
    if data is None:
        return None
    copy = data.copy()
    for name in data:
        copy.setlist(name, clean(data.getlist(name)))
    return copy
