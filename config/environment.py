"""Reads the environment, and stops the start with words where something is missing or wrong."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes or on; a name that is not set, or set to nothing, gives the default."""
    value = os.environ.get(name, "").strip().lower()
    return value in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    """A whole number; anything else stops the start with the variable's name."""
    value = os.environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: list[str]) -> list[str]:
    """A list separated by commas."""
    found = [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]
    return found or default


def kept_key(path: Path) -> str:
    """A key of this checkout, made at the first start; only demonstrations and development come here."""
    path.parent.mkdir(exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text().strip()


def secret_key(kept: Path | None) -> str:
    """SECRET_KEY, or the key that a demonstration keeps; never a default that two installations share."""
    given = os.environ.get("SECRET_KEY", "").strip()
    if given:
        return given
    if kept:
        return kept_key(kept)
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to a long random text, "
        "or start a demonstration with DEMO=1 (make demo does)."
    )


def seal_key(kept: Path | None) -> str:
    """SEAL_KEY, or the content of SEAL_KEY_FILE, or the key that a demonstration keeps in a file."""
    given = os.environ.get("SEAL_KEY", "").strip() or key_in(os.environ.get("SEAL_KEY_FILE", "").strip())
    if given:
        return given
    if kept:
        return kept_key(kept)
    raise ImproperlyConfigured(
        "SEAL_KEY is not set, nor SEAL_KEY_FILE. Set one of them to a long random text of its own, or to the "
        "file that holds it: the audit history is sealed with it."
    )


def key_in(path: str) -> str:
    """The key in a file; nothing without a file, and a file without a key stops the start."""
    if not path:
        return ""
    try:
        found = Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"SEAL_KEY_FILE cannot be read: {error}.") from error
    if not found:
        raise ImproperlyConfigured(f"SEAL_KEY_FILE is empty: {path}.")
    return found
