"""Who is the teacher: whoever knew the code. It is printed in the terminal at the start, unless `MNIST_CNN_TEACHER` sets it."""

import hmac
import os
import secrets
import threading
import time

import streamlit as st

from mnist_cnn.ui import server
from mnist_cnn.words import speaker

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without letters that are taken for digits
LENGTH = 8
TRIES, WINDOW = 20, 60.0  # wrong codes from the whole class, and the seconds in which no more than those are looked at


class Office:
    """Keeps the code, and the browsers that are the teacher's; once per server."""

    def __init__(self, code: str):
        self._code, self._browsers, self._wrong = code.encode(), set(), []
        self._lock = threading.Lock()

    def sign_in(self, visitor: str, code: str) -> bool | None:
        """Make a browser the teacher's where the code is right; None where too many wrong ones came of late."""
        with self._lock:
            self._wrong = [when for when in self._wrong if time.monotonic() - when < WINDOW]
            if len(self._wrong) >= TRIES:
                return None
            if right := hmac.compare_digest(code.strip().encode("utf-8", "replace"), self._code):
                self._browsers.add(visitor)
            else:
                self._wrong.append(time.monotonic())
            return right

    def sign_out(self, visitor: str) -> None:
        """The browser is anybody's again."""
        with self._lock:
            self._browsers.discard(visitor)

    def is_teacher(self, visitor: str) -> bool:
        """Whether the browser is the teacher's."""
        return visitor in self._browsers


@st.cache_resource(show_spinner=False)
def office() -> Office:
    """The server's; the first to ask has the code printed, where it was made up."""
    code = os.environ.get("MNIST_CNN_TEACHER", "").strip()
    if not code:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        print(f"  {speaker('en')('classroom.printed', code=code)}", flush=True)
    return Office(code)


def here() -> bool:
    """Whether whoever is looking is the teacher."""
    return office().is_teacher(server.visitor_id())
