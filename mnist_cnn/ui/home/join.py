"""How a class gets here: the address that phones open, also as a QR code."""

import os
import socket
from functools import lru_cache
from urllib.parse import urlsplit

import segno
import streamlit as st

from mnist_cnn.ui.language import t

SIDE = 180  # of the QR code, in pixels
HERE = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "::")
NETWORK = ("192.0.2.1", 9)  # where a packet would leave for another network; none is sent


def show() -> None:
    """The address and its code, where other devices can reach this app."""
    place = named_address() or address(st.context.url or "", st.get_option("server.address"))
    if not place or not (picture := code(place)):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium", key="join"):
        st.image(picture, alt=t("join.code", address=place), width=SIDE)
        with st.container():
            st.markdown(f"**{t('join.title')}**")
            st.caption(t("join.about"))
            st.header(f"[{place}]({place})", anchor=False)


def code(place: str) -> str | None:
    """An address as a QR code, SVG; None where it is longer than one holds, or no text that can be shown."""
    try:
        return segno.make(place).svg_inline(scale=8, light="white")
    except ValueError:
        return None


@lru_cache(maxsize=16)
def picture(place: str) -> str | None:
    """The same as the address of an image."""
    try:
        return segno.make(place).svg_data_uri(scale=8, light="white", border=2)
    except ValueError:
        return None


def named_address() -> str | None:
    """The Draw page below `named_base`."""
    place = named_base()
    return place and f"{place}/draw"


def named_base() -> str | None:
    """The address that `MNIST_CNN_ADDRESS` names, as for a container, which cannot know its own; without an end stroke."""
    named = os.environ.get("MNIST_CNN_ADDRESS", "").strip()
    if not named:
        return None
    return f"{'' if '://' in named else 'http://'}{named.rstrip('/')}"


def address(url: str, bound: str | None) -> str | None:
    """The Draw page below `base`."""
    place = base(url, bound)
    return place and f"{place}/draw"


def base(url: str, bound: str | None) -> str | None:
    """Where other devices find the app, without an end stroke; None where they cannot, or it is not known.

    Parameters
    ----------
    url : of the first page, as this browser has it: the app's base path is its end.
    bound : the address that the server listens at, None for all.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # no address at all
        return None
    if host in HERE:
        host = _own_address() if bound in (None, "0.0.0.0", "::") else bound
        if not host or host in HERE:
            return None
        parts = parts._replace(netloc=f"{host}:{port}" if port else host)
    return f"{parts._replace(query='', fragment='').geturl().rstrip('/')}" if host else None


def _own_address() -> str | None:
    """This computer's address on its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NETWORK)
            return probe.getsockname()[0]
        except OSError:
            return None
