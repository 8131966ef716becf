"""What people send to bring in a template file: pasted or uploaded, and then what they compared it with."""

from hashlib import sha256

from django import forms

from pathways.forms.write import WriteForm
from pathways.interop.yaml_lines import MOST_BYTES, Problem, TemplateFileError
from pathways.responses import clean

PASTED = "The text"
MOST_SHOWN = 50
NOTHING = "Paste a template file, or choose one"
TOO_LARGE = f"is larger than {MOST_BYTES // 1024} KB"


class ImportForm(WriteForm):
    """The text of a file, from the upload where there is one; `seen` when it has been compared.

    The text is read as it was sent, so that what nobody could see in it is refused and not taken out.
    """

    version = None  # type: ignore[assignment]  # the digest tells what was looked at
    text = forms.CharField(required=False, strip=False)
    file = forms.FileField(required=False, allow_empty_file=True)
    seen = forms.CharField(max_length=64, required=False)

    def __init__(self, data=None, files=None):
        super().__init__(data=data, files=files)
        self.pasted = data.get("text", "") if data else ""
        self.problems = []

    @property
    def shown(self):
        """The text as its box on the page can hold it."""
        return clean(getattr(self, "cleaned_data", {}).get("content", self.pasted))

    def digest(self, path):
        """The upload counts as if it had been pasted."""
        sent = super().digest(path) + self.cleaned_data.get("content", "")
        return sha256(sent.encode(errors="replace")).hexdigest()

    def clean(self):
        upload = self.files.get("file")
        self.cleaned_data["name"] = upload.name if upload else PASTED
        try:
            self.cleaned_data["content"] = text_of(upload) if upload else self.pasted
        except TemplateFileError as refused:
            self.refuse(refused.problems)
            return
        if not self.cleaned_data["content"].strip():
            self.add_error("text", NOTHING)

    def read(self, read, **known):
        """What `read` makes of the text, or None with the problems kept."""
        try:
            return read(self.cleaned_data["content"], file=self.cleaned_data["name"], **known)
        except TemplateFileError as refused:
            self.refuse(refused.problems)
        return None

    def refuse(self, problems):
        self.problems = problems
        self.add_error(None, "The file has problems")

    def refusals(self):
        """Pairs of what is wrong and the id of the box to mend it in."""
        named = [text for name, texts in self.errors.items() if name != "__all__" for text in texts]
        found = [said(problem) for problem in self.problems]
        more = [f"And {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else []
        return [(text, "id_text") for text in [*named, *found[:MOST_SHOWN], *more]]


def text_of(upload):
    """Raise TemplateFileError for a file that is too large, or no text in UTF-8."""
    if upload.size > MOST_BYTES:
        raise TemplateFileError([Problem(upload.name, 1, "", TOO_LARGE)])
    try:
        return upload.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        text = "is not UTF-8 text: save it as UTF-8 and choose it again"
        raise TemplateFileError([Problem(upload.name, line, "", text)]) from error


def said(problem):
    """As "Line 42, phases[2].items[0].discipline: 'surgon' is not a discipline"."""
    where = f"Line {problem.line}, {problem.field}" if problem.field else f"Line {problem.line}"
    return f"{where}: {problem.text}"[:500]
