"""The stock phrases that stand for what staff write; none describes a person."""

TELEPHONE = "Seen by telephone."
ENDED = "Settled; looked at with the clinic reviews from now on."

NOTES = (
    "Pain eases lying flat.",
    "Unsteady on stairs since yesterday.",
    "Family present, plan explained.",
    "Brace refitted, skin intact.",
    "Prefers not to discuss the future today.",
    TELEPHONE,
    "Explained and written down.",
    "Discussed on the ward round.",
)

COMMENTS = (
    "Awaiting transport to scanner.",
    "Family present, plan explained.",
    "Prefers not to discuss the future today.",
    "Asks for the afternoon clinic where possible.",
    "Second opinion requested from the other site.",
    "Please keep the key worker informed of any change.",
    "Images from the first hospital have arrived.",
    "Spoke to the ward; no change overnight.",
    "Pain eases lying flat.",
)

DEATHS = (
    "Died peacefully with family present.",
    "Died in the hospice.",
    "Died; the family has been offered support.",
)
