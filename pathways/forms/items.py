"""What people send about one item: its status and response, who it is assigned to, a comment, an undo."""

from datetime import time

from django import forms
from django.db.models import Q
from django.http import QueryDict

from pathways import clocks, responses
from pathways.enums import ItemStatus, ResponseKind
from pathways.forms.shown import is_as_shown, typed_response
from pathways.forms.why import WithWhy, optional_text
from pathways.forms.write import WriteForm
from pathways.models import AuditEvent, ReasonCode
from pathways.models.audit import LONGEST_REASON

PREFIX = "response_"
ANSWER = (PREFIX, "when_", "status", "reason", "one_tap")
NOON = time(12)
EARLIEST_YEAR = 1900
NO_SUCH_CHANGE = "Choose a change of this case to undo"
ON_PAGE = ("why", "status", "reason", "reason_text", "note", "when_day", "assignee", "due_day", "text")
CONTROLS = {
    "why_text": "why",
    "settled_at": "when_day",
    "due": "due_day",
    "version": "status",
    "token": "status",
}


class ItemWriteForm(WriteForm):
    """A form whose refusals, its own and a service's, go by the name of the control that people see."""

    data: QueryDict

    def __init__(self, data, **kwargs):
        super().__init__(data, **kwargs)
        self.refused = {}

    def errors_by_name(self):
        """Control name to text, in the order of the page."""
        found = {CONTROLS.get(name, name): texts[0] for name, texts in self.errors.items()}
        found.pop("__all__", None)
        found |= self.refused
        return {name: found[name] for name in sorted(found, key=_place)}

    def refuse(self, errors):
        """Take over what a service or a reader refused, so that the page shows it by its control."""
        self.refused = {CONTROLS.get(name, name): text for name, text in errors.items()}


class ItemForm(WithWhy, ItemWriteForm):
    """The status of an item with its response, reason and note, and why that changes.

    `one_tap` comes with a button that holds no fields: what it does not say stays as it is, but for a tick
    or a date that is done, which is answered by the tap itself.
    """

    status = forms.ChoiceField(
        choices=ItemStatus.choices,
        error_messages={"required": "Choose a status", "invalid_choice": "Choose a status"},
    )
    one_tap = forms.BooleanField(required=False)
    replacing = forms.BooleanField(required=False)
    reason = forms.ModelChoiceField(
        ReasonCode.objects.none(),
        to_field_name="code",
        required=False,
        error_messages={"invalid_choice": "Choose a reason"},
    )
    reason_text = forms.CharField(required=False)
    note = forms.CharField(required=False)

    def __init__(self, data, *, item, now, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["reason"].queryset = ReasonCode.objects.filter(Q(is_active=True) | Q(pk=item.reason_id))  # type: ignore[attr-defined]
        self.item = item
        self.now = now

    def keep_unchanged(self, base, live):
        """Take over the live row's values where the person changed nothing of `base`, which the form showed.

        The status goes with its response, reason and moment. For a valid form.
        """
        if "note" in self.data and self.cleaned_data["note"] == base.note:
            self.data["note"] = self.cleaned_data["note"] = live.note
        if not self._answers_otherwise(base):
            self._answer_as(live)

    def _answer_as(self, live):
        stored = typed(live)
        for name in [name for name in self.data if name.startswith(ANSWER)]:
            del self.data[name]
        for name in [name for name in stored if name.startswith(ANSWER)]:
            self.data.setlist(name, stored.getlist(name))
        self.data["was"] = live.status
        self.cleaned_data |= {"status": live.status, "reason": live.reason, "reason_text": live.reason_text}
        self.response = self.settled_at = None

    def _answers_otherwise(self, base):
        """Whether the status, or anything that stands or falls with it, is another than in `base`."""
        given = self.cleaned_data
        reason = given["reason"] and given["reason"].pk
        return (
            (given["status"], reason, given["reason_text"]) != (base.status, base.reason_id, base.reason_text)
            or self.settled_at not in (None, base.settled_at)
            or not (self.response in (None, base.response) or self._shows(base.response))
        )

    def _shows(self, response):
        """Whether the answer is just what the form shows for this response, which may be more exact."""
        raw = self._raw(self.item.response_spec, done=self.cleaned_data.get("status") == ItemStatus.DONE)
        return is_as_shown(self.item.response_spec, raw, response)

    def clean_status(self):
        """The button for done wins over the status picked above it, unless that says something else."""
        status = self.cleaned_data["status"]
        picked = self.data.getlist("status")[0]
        if picked not in (status, self.data.get("was", status)) and picked in ItemStatus.values:
            labels = ItemStatus(picked).label, ItemStatus(status).label
            raise forms.ValidationError("Choose one status: {} or {}".format(*labels))
        return status

    def clean_note(self):
        return optional_text(self.cleaned_data["note"], responses.TEXT_LIMIT)

    def clean_reason_text(self):
        return optional_text(self.cleaned_data["reason_text"], LONGEST_REASON)

    def clean(self):
        self.response = self._part(self._read_response)
        if self.response and self._is_nowhere():
            self.refused["status"] = "Choose a status: the item has a response now, so it has been started"
        self.settled_at = self._part(self._read_when)
        if self.refused:
            raise forms.ValidationError("Not everything can be saved as it was entered.")
        return self.cleaned_data

    def _is_nowhere(self):
        """A new response on an item that stays "not started" is a status forgotten."""
        stays = self.cleaned_data.get("status") == self.item.status == ItemStatus.NOT_STARTED
        return stays and self.response != self.item.response

    def wanted(self):
        """The arguments of `record_item` that the form holds."""
        return {
            "seen": self.cleaned_data["version"] or 0,
            "status": self.cleaned_data["status"],
            "response": self.response,
            "note": self.cleaned_data["note"] if "note" in self.data else None,
            "reason": self.cleaned_data["reason"],
            "reason_text": self.cleaned_data["reason_text"],
            "settled_at": self.settled_at,
            "replacing": self.cleaned_data["replacing"],
            "why": self.said_why(),
        }

    def _part(self, read):
        try:
            return read()
        except responses.ResponseError as refusal:
            self.refused |= refusal.errors
            return None

    def _read_response(self):
        """What to store, or None to keep what is stored; an answer that was cleared is taken away."""
        spec, done = self.item.response_spec, self.cleaned_data.get("status") == ItemStatus.DONE
        raw = self._raw(spec, done)
        if self.cleaned_data.get("one_tap") and not raw:
            return None
        if self._shows(self.item.response):
            return None
        if not done and not any("".join(value).strip() for value in raw.values()):
            return {} if self.item.response and spec["kind"] != ResponseKind.SCORE else None
        try:
            return responses.read(
                spec,
                raw,
                instrument=self.item.instrument(self.item.case.template_version),
                needs_time=needs_time(self.item),
                now=self.now,
            )
        except responses.ResponseError as refusal:
            raise responses.ResponseError(
                {PREFIX + name: text for name, text in refusal.errors.items()}
            ) from None

    def _raw(self, spec, done):
        """Done is the tick itself, and done now this minute; everything else was typed or picked."""
        if spec["kind"] == ResponseKind.TICK:
            return {"value": "yes" if done else ""}
        if spec["kind"] == ResponseKind.DATE and done and self.cleaned_data.get("one_tap"):
            return {"value": self.now.replace(second=0, microsecond=0).isoformat()}
        names = [name for name in self.data if name.startswith(PREFIX)]
        read = self.data.getlist if spec.get("multiple") else self.data.get
        return {name.removeprefix(PREFIX): read(name) for name in names}

    def _read_when(self):
        """When care happened, or None; a day without a time counts as noon, or as now if that is earlier."""
        parts = {name: self.data.get(f"when_{name}", "").strip() for name in ("day", "month", "year", "time")}
        if not any(parts.values()):
            return None
        try:
            return self._moment(**parts)
        except ValueError as refusal:
            raise responses.ResponseError({"when_day": str(refusal)}) from None

    def _moment(self, day, month, year, time):
        wanted = clocks.read_day(day, month, year)
        if wanted.year < EARLIEST_YEAR:
            raise ValueError("Enter a date from 1900 on")
        if time:
            return clocks.from_wall(wanted, clocks.read_time(time))
        noon = clocks.from_wall(wanted, NOON)
        is_today = wanted == self.now.astimezone(clocks.LONDON).date()
        return min(noon, self.now) if is_today else noon


class AssignForm(ItemWriteForm):
    """Who an item is given to, by user name; nobody when empty."""

    assignee = forms.CharField(required=False, max_length=60)

    def __init__(self, data, *, people, **kwargs):
        super().__init__(data, **kwargs)
        self.people = {person.username: person for person in people}

    def clean_assignee(self):
        """The person, or None."""
        username = self.cleaned_data["assignee"]
        if username and username not in self.people:
            raise forms.ValidationError("Choose a person of the team")
        return self.people.get(username)

    def wanted(self):
        return {"seen": self.cleaned_data["version"] or 0, "assignee": self.cleaned_data["assignee"]}


class CommentForm(ItemWriteForm):
    """A comment on an item or on the whole case."""

    text = forms.CharField(error_messages={"required": "Enter a comment"})

    def clean_text(self):
        return optional_text(self.cleaned_data["text"], responses.TEXT_LIMIT)

    def wanted(self):
        return {"text": self.cleaned_data["text"]}


class UndoForm(ItemWriteForm):
    """Which change of a case to take back."""

    def __init__(self, data, *, case, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["event"] = forms.ModelChoiceField(
            AuditEvent.objects.filter(case=case).select_related("case__team"),
            error_messages={"required": NO_SUCH_CHANGE, "invalid_choice": NO_SUCH_CHANGE},
        )

    def wanted(self):
        return {"event": self.cleaned_data["event"]}


def _place(name):
    return ON_PAGE.index(name) if name in ON_PAGE else -1


def needs_time(item):
    """Whether the item's date holds a time of day."""
    return bool(item.template_item_id) and responses.needs_time(item.template_item.within)


def typed(item):
    """The values with which the item's form is first shown: what is stored, as people would type it."""
    values = QueryDict(mutable=True)
    values["status"], values["note"], values["reason_text"] = item.status, item.note, item.reason_text
    values["reason"] = item.reason.code if item.reason else ""
    put_response(values, item.response_spec, item.response)
    return values


def put_response(values, spec, response):
    for name, value in typed_response(spec, response).items():
        values.setlist(PREFIX + name, value if isinstance(value, list) else [str(value)])
