"""Who takes which discipline's items, as a team's page sends it."""

from pathways.forms.items import ItemWriteForm
from pathways.forms.write import LARGEST_VERSION

PERSON, SEEN = "person-", "seen-"


class DutiesForm(ItemWriteForm):
    """A select for each discipline, with the version that was shown."""

    version = None  # type: ignore[assignment]  # each discipline has its own

    def __init__(self, data, *, disciplines, people, **kwargs):
        super().__init__(data, **kwargs)
        self.disciplines = {each.code: each.pk for each in disciplines}
        self.people = {each.username: each for each in people}

    def clean(self):
        """Refuse who is not of the team."""
        given = {self.data.get(f"{PERSON}{code}", "") for code in self.disciplines}
        if given - {"", *self.people}:
            self.add_error(None, "Choose people of the team")
        return self.cleaned_data

    def wanted(self):
        """Discipline id to the person or None, for each that was sent, and to the version that was shown."""
        sent = {code: pk for code, pk in self.disciplines.items() if f"{PERSON}{code}" in self.data}
        return {
            "wanted": {pk: self.people.get(self.data[f"{PERSON}{code}"]) for code, pk in sent.items()},
            "seen": {pk: _version(self.data.get(f"{SEEN}{code}", "")) for code, pk in sent.items()},
        }


def _version(text):
    """What makes no sense is a version that never was."""
    return min(int(text), LARGEST_VERSION) if text.isascii() and text[:10].isdigit() and len(text) < 11 else 0
