"""Who is the teacher: whoever knew the code. It is printed in the terminal at the start, unless `MNIST_CNN_TEACHER` sets it."""

import hmac
import os
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import wraps
from hashlib import sha256

import streamlit as st

from mnist_cnn.ui import server, state
from mnist_cnn.ui.language import t
from mnist_cnn.words import speaker

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without letters that are taken for digits
LENGTH = 8
TRIES, REST = 5, 60.0  # wrong codes from one browser, and the seconds in which no more than those are looked at
MANY = 30  # wrong codes from all browsers in so many seconds, after which who sent one of them waits as well
PACE = 0.25  # seconds that a wrong code takes
MOST = 1000  # browsers whose wrong codes are counted


class Office:
    """Keeps what tells the code from others, and the browsers that are the teacher's; once per server.

    A browser that guesses is kept waiting, the others are not, so that no pupil keeps the teacher out. Since one machine may
    pretend to be many browsers, where many codes are wrong its address is kept waiting, too: the teacher comes in from
    another, as the machine that serves is. Capital letters do not matter in a code that was `made_up`.
    """

    def __init__(self, code: str, made_up: bool = False):
        self._read = str.casefold if made_up else str  # a phone begins with a capital letter
        self._code, self._browsers = self._digest(code), set()
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()  # when, by browser
        self._lately: deque[tuple[float, str | None]] = deque()  # when and from what address, of all
        self._desk = threading.Lock()

    def sign_in(self, visitor: str, code: str, address: str | None = None) -> bool | None:
        """Make a browser the teacher's where the code is right; None where too many wrong ones came from there of late.

        `address` is that of the browser's machine; None for the one that serves.
        """
        right = hmac.compare_digest(self._digest(code), self._code)
        with self._desk:
            if self._tired(visitor) or self._besieged(address):
                return None
            if right:
                self._browsers.add(visitor)
                self._wrong.pop(visitor, None)
                return True
            self._wrong.setdefault(visitor, []).append(time.monotonic())
            self._lately.append((time.monotonic(), address))
            while len(self._wrong) > MOST:
                self._wrong.popitem(last=False)
        time.sleep(PACE)  # while others come in
        return False

    def sign_out(self, visitor: str) -> None:
        """The browser is anybody's again."""
        self._browsers.discard(visitor)

    def is_teacher(self, visitor: str) -> bool:
        """Whether the browser is the teacher's."""
        return visitor in self._browsers

    def _tired(self, visitor: str) -> bool:
        recent = [when for when in self._wrong.pop(visitor, []) if time.monotonic() - when < REST]
        if recent:
            self._wrong[visitor] = recent
        return len(recent) >= TRIES

    def _besieged(self, address: str | None) -> bool:
        while self._lately and time.monotonic() - self._lately[0][0] >= REST:
            self._lately.popleft()
        return len(self._lately) >= MANY and any(guilty == address for _, guilty in self._lately)

    def _digest(self, code: str) -> bytes:
        return sha256(self._read(code.strip()).encode("utf-8", "replace")).digest()


@st.cache_resource(show_spinner=False)
def office() -> Office:
    """The server's; the first to ask has the code printed, where it was made up."""
    code = os.environ.get("MNIST_CNN_TEACHER", "").strip()
    if made_up := not code:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        print(f"  {speaker('en')('classroom.printed', code=code)}", flush=True)
    elif len(code) < LENGTH:
        print(f"  {speaker('en')('classroom.short', most=LENGTH)}", flush=True)
    return Office(code, made_up)


def here() -> bool:
    """Whether whoever is looking is the teacher."""
    return office().is_teacher(server.visitor_id())


def only(action: Callable[..., None]) -> Callable[..., None]:
    """A callback that does what it does for the teacher alone, whoever is the teacher when it is called."""

    @wraps(action)
    def checked(*arguments, **named) -> None:
        if here():
            action(*arguments, **named)
        else:
            state.put("class-said", (t("class.teacher"), False))

    return checked
