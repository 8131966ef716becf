"""Finds Chromium, and installs the system's where it may: python -m tests.browser.chromium."""

import os
import shutil
import subprocess
import sys

# Chromium without its windows takes a fifth less time over a journey than the whole of it without a screen.
NAMES = [
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
]
MACS = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
]
MISSING = (
    "Chromium was not found, so the browser tests cannot run: install chromium or google-chrome, "
    "or set CHROMIUM to the program's path."
)


def find_chromium() -> str | None:
    """The path of CHROMIUM where it is set, else the first of the system's browsers."""
    wanted = os.environ.get("CHROMIUM", "").strip()
    if wanted:
        return shutil.which(wanted)
    return next((path for path in map(shutil.which, NAMES + MACS) if path), None)


def install_chromium() -> None:
    """Debian's package, where this is root on a system with apt-get; minutes, never a question."""
    if os.geteuid() != 0 or not shutil.which("apt-get") or os.environ.get("CHROMIUM"):
        return
    print("Installing Chromium with apt-get …", flush=True)
    apt_get("update")
    for package in ("chromium-headless-shell", "chromium"):
        if not find_chromium():
            apt_get("install", "-y", "--no-install-recommends", package)


def apt_get(*arguments: str) -> None:
    subprocess.run(
        ["apt-get", "-qq", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )


def main() -> int:
    if not find_chromium():
        install_chromium()
    found = find_chromium()
    print(f"Chromium at {found}" if found else MISSING, file=sys.stdout if found else sys.stderr)
    return 1 if not found and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
