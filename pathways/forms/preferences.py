"""What a person chooses for themselves: how pages look, what is folded, which keys work."""

from django import forms

from pathways.enums import Density, Theme
from pathways.forms.write import WriteForm

SWITCH = [(False, "Off"), (True, "On")]
ASKED = ("theme", "density", "fold_finished", "single_keys")


def one_of(choices, *, coerce=str, **kwargs):
    """A question of which one answer must be given."""
    *first, last = [label for _, label in choices]
    refusal = f"Choose {', '.join(first)} or {last}"
    return forms.TypedChoiceField(
        choices=choices,
        coerce=coerce,
        widget=forms.RadioSelect,
        error_messages={"required": refusal, "invalid_choice": refusal},
        **kwargs,
    )


def is_on(value):
    return value == "True"


class PreferencesForm(WriteForm):
    """No version: nobody else changes these, and of two windows the later one wins."""

    version = None  # type: ignore[assignment]  # how Django leaves out an inherited field
    theme = one_of(Theme.choices, help_text="System goes by the setting of your device.")
    density = one_of(Density.choices, help_text="Compact shows more rows at once.")
    fold_finished = one_of(
        SWITCH,
        coerce=is_on,
        label="Fold finished phases",
        help_text="Shows a finished phase of a case as one line, which you can open.",
    )
    single_keys = one_of(
        SWITCH,
        coerce=is_on,
        label="Single-key shortcuts",
        help_text="Keys such as j and k move through a checklist. Leave it off if you use speech input.",
    )

    @classmethod
    def of(cls, person):
        """The form as it stands for the person."""
        return cls(initial={name: getattr(person, name) for name in ASKED})

    def questions(self):
        return [self[name] for name in ASKED]

    def refusals(self):
        """Pairs of what is wrong and the id of its control, if people see one."""
        return [
            (f"{self[name].label}: {texts[0]}", f"id_{name}_0") if name in ASKED else (texts[0], "")
            for name, texts in self.errors.items()
        ]

    def wanted(self):
        """The arguments of `set_preferences` that the form holds."""
        return {name: self.cleaned_data[name] for name in ASKED}
