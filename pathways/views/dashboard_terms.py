"""What the words of each dashboard mean, as its page says it below the figures."""

TERMS = {
    "waiting": (
        (
            "Waits",
            (
                "At the end of the week the item's due time had passed, it was not settled, and the case was "
                "not closed. The first occurrence of an item counts, so that a case counts once."
            ),
        ),
        (
            "Due time",
            ("The one that the item has now. A due time that moved since then counts where it stands today."),
        ),
    ),
    "overdue": (
        (
            "Overdue",
            (
                "The due time has passed, and the item is neither settled nor of a closed case. Every "
                "occurrence counts."
            ),
        ),
        ("Days", "Begun days since the due time: three days and an hour are in 4 to 7 days."),
    ),
    "time-in-phase": (
        (
            "Start",
            (
                "When the phase's first item left Not started, or someone started it. Diagnosis, pain and "
                "rehabilitation start when the case opens."
            ),
        ),
        (
            "Finish",
            (
                "When the last of the items that count was settled. A phase counts if that was in the "
                "period, "
                "and if it finished after it started."
            ),
        ),
        (
            "Median, middle half, 5 to 95 %",
            ("By the nearest rank: each is the time that one of the counted phases took."),
        ),
    ),
    "flow": (
        ("Under way", "The phase had started by then and was not finished, and its case was not closed."),
        ("Closed", "By the closing that stands. A case that was reopened counts as open throughout."),
        ("Week", "From Monday, London time. Of a period over 100 days each point stands for four weeks."),
    ),
    "standards": (
        (
            "Eligible",
            (
                "Items whose target a source has published, that applied, were not marked not "
                "applicable, and "
                "were due in the period. An open item of a case that was closed before does not count. Every "
                "occurrence counts."
            ),
        ),
        (
            "Met",
            (
                "Done, and care happened no later than the due time. All others that are eligible are not "
                "met: done later, not done, or still open."
            ),
        ),
        (
            "Own due time",
            (
                "A person gave the item a due time in place of the target. It is neither met nor missed by "
                "the target, and is not eligible."
            ),
        ),
        (
            "95 % interval",
            (
                "Wilson's score interval: where the true share may well lie, wide where few items are "
                "eligible."
            ),
        ),
    ),
    "variance": (
        (
            "Counted",
            (
                "An item that was marked not done or not applicable, its settling time in the period, or "
                "that "
                "is blocked now. Each has a reason and counts once."
            ),
        ),
        ("Not counted", "Items that a case lost when it moved to another version."),
    ),
    "completeness": (
        (
            "Recorded",
            (
                "Every item of the phase that counts is settled: done, not applicable or not done. Required "
                "items count, and conditional ones while they apply."
            ),
        ),
        ("Phases", "Those with at least one item that counts."),
    ),
    "team": (
        ("Open item", "It applies, is not settled, and its case is not closed. Every occurrence counts."),
        ("Today", "Due before midnight, London time. Overdue items stand apart."),
    ),
}
