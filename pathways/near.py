"""What a person may have meant by a name that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches

ALIKE = 0.7


def near(word: object, known: Iterable[str]) -> str:
    """To stand after what is wrong with the word; nothing when no known name is much alike."""
    found = get_close_matches(word, known, n=1, cutoff=ALIKE) if isinstance(word, str) else []
    return f" (did you mean '{found[0]}'?)" if found else ""
