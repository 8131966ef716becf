"""Things that happened while a service ran, each with words for the person."""


class ChangedElsewhere(Exception):
    """Someone else changed the same thing since the form was shown; nothing was saved.

    `theirs` is the row as it stands, `person` and `at` who changed it and when.
    """

    def __init__(self, *, theirs, person, at):
        super().__init__(f"{person or 'Someone'} changed this while you were editing.")
        self.theirs = theirs
        self.person = person
        self.at = at


class TakenAway(Exception):
    """The item is not part of the case any more: the completion that had made it was undone meanwhile."""

    def __init__(self):
        super().__init__("This item was taken away meanwhile, with the completion that had made it.")


class CaseClosed(Exception):
    """The case is closed and takes no changes until it is reopened."""

    def __init__(self, case):
        super().__init__(f"{case.reference} is closed. Reopen it to change anything.")
        self.case = case


class BadInput(Exception):
    """What was sent cannot be kept; `errors` names each field."""

    def __init__(self, errors):
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class DraftGone(Exception):
    """The draft was published or discarded meanwhile; nothing was saved."""

    def __init__(self, draft):
        super().__init__(f"The draft of {draft.template.title} was published or discarded meanwhile.")
        self.draft = draft


class DraftChanged(Exception):
    """The draft says something else than what was reviewed; nothing was published."""

    def __init__(self):
        super().__init__("The draft changed while you were reviewing.")
