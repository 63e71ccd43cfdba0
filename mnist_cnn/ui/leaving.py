"""What sessions have held of memory goes back to the machine once they have ended."""

import asyncio
import ctypes
import gc
from contextlib import suppress

from streamlit import runtime

LOOK = 15.0  # seconds between two looks at who has left
ARENA_MAX, ARENAS = -8, 2  # mallopt's number for how many heaps the threads share, and so many


def share_heaps() -> None:
    """Before threads start: have them share two heaps.

    Every script runs in a thread of its own, and glibc gives threads heaps of their own, in which little bits that stay keep
    large ones from going back: after thirty browsers 130 MB were left of that, and 20 of two heaps.
    """
    with suppress(OSError, AttributeError, TypeError):  # glibc's alone
        ctypes.CDLL(None).mallopt(ARENA_MAX, ARENAS)


async def watch() -> None:
    """Clean up whenever there are fewer sessions than before, without end.

    A session that has ended holds itself together in cycles, and Python looks for those in old objects only after many new
    ones; what it then frees, the C library keeps for later.
    """
    known = 0
    while True:
        await asyncio.sleep(LOOK)
        now = _sessions()
        if now < known:
            await asyncio.to_thread(give_back)
        known = now


def _sessions() -> int:
    """How many there are, those without a page that Streamlit still remembers included; to count them makes it forget some."""
    try:
        return len(runtime.get_instance()._session_mgr.list_sessions())
    except (AttributeError, RuntimeError):  # another Streamlit, or none
        return 0


def give_back() -> None:
    """Free what nothing refers to, and return it to the machine where the C library can."""
    gc.collect()
    with suppress(OSError, AttributeError, TypeError):  # glibc's alone
        ctypes.CDLL(None).malloc_trim(0)
