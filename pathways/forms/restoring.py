"""What people send to set something back to an earlier value."""

from pathways.forms.items import ItemWriteForm
from pathways.forms.why import WithWhy


class RestoreForm(WithWhy, ItemWriteForm):
    """Why it is set back; `version` is the one from which the page was drawn."""

    def wanted(self):
        """The arguments of the services that the form holds."""
        return {"seen": self.cleaned_data["version"] or 0, "why": self.said_why()}
