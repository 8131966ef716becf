"""A browser as far as the server can tell: cookies, one connection kept alive, forms."""

import gzip
import re
import time
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

KEPT_COOKIES = ("sessionid", "csrftoken")
KEPT_ALIVE_SECONDS = 1  # the server closes an idle connection after two
GOOD = (200, 303)


class Answer(NamedTuple):
    """`seconds` run from the first byte sent to the last one read."""

    seconds: float
    text: str
    location: str


class Client:
    """One person at one browser window. Messages are forgotten, as if the next page had shown them."""

    def __init__(self, port, persona):
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = {}
        self.last_used = 0.0
        self.get("/sign-in/")
        self.post("/sign-in/", {"persona": persona})

    def get(self, path):
        return self._send("GET", path, None, {})

    def post(self, path, fields, *, htmx=False):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if htmx:
            headers["HX-Request"] = "true"
        body = urlencode(fields | {"csrfmiddlewaretoken": self.cookies["csrftoken"]}, doseq=True)
        return self._send("POST", path, body, headers)

    def _send(self, method, path, body, headers):
        headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Accept-Encoding": "gzip"}
        if time.monotonic() - self.last_used > KEPT_ALIVE_SECONDS:
            self.connection.close()
            self.connection.connect()
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        self.last_used = time.monotonic()
        return self._answer(f"{method} {path}", seconds, response, content)

    def _answer(self, asked, seconds, response, content):
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        text = content.decode()
        if response.status not in GOOD:
            raise RuntimeError(f"{asked} was answered with {response.status}:\n{_plain(text)}")
        for header in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                if name in KEPT_COOKIES:
                    self.cookies[name] = morsel.value
        return Answer(seconds, text, response.headers.get("Location", ""))


def token():
    """What makes each form one of its own."""
    return uuid4().hex


def _plain(text):
    """The words of a page from its heading on."""
    words = re.sub("<[^>]+>", " ", text.partition("<main")[2] or text)
    return re.sub(r"\s+", " ", words).strip()[:600]
