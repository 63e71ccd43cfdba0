"""What a stroke on Draw does not do again."""

import numpy as np
import pytest
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.testing.v1 import AppTest

from mnist_cnn.ui import theme
from mnist_cnn.ui.drawing import Drawing

FIRST, SECOND = {"path": "first"}, {"path": "second"}


def picture(ink: int) -> np.ndarray:
    return np.full((4, 4, 4), (ink, ink, ink, 255), np.uint8)


def undecoded():
    pytest.fail("decoded")


def test_a_picture_is_decoded_once():
    drawing = Drawing()
    drawing.take([FIRST], lambda: picture(255))
    drawing.take([FIRST], undecoded)
    assert drawing.ink.max() == 1 and drawing.strokes == [FIRST]


def test_the_picture_after_undo_is_another_though_its_strokes_are_known():
    drawing = Drawing()
    drawing.take([FIRST, SECOND], lambda: picture(255))
    drawing.restart([FIRST], [FIRST, SECOND])
    drawing.take([FIRST, SECOND], undecoded)  # the canvas has not yet heard of it
    drawing.take([FIRST], lambda: picture(51))
    assert drawing.ink.max() == pytest.approx(0.2) and drawing.strokes == [FIRST]


def test_what_is_no_picture_changes_nothing():
    drawing = Drawing()
    drawing.take([FIRST], lambda: None)
    assert drawing.ink is None and not drawing.strokes


def test_the_same_stroke_after_clear_is_seen_again():
    drawing = Drawing()
    drawing.take([FIRST], lambda: picture(255))
    drawing.restart([], [FIRST])
    drawing.take([], lambda: picture(0))
    drawing.take([FIRST], lambda: picture(255))
    assert drawing.ink.max() == 1


def test_what_the_network_receives_is_made_once_for_each_ink():
    drawing = Drawing()
    assert drawing.digit() is None
    drawing.take([FIRST], lambda: picture(255))
    digit = drawing.digit()
    assert digit is not None and drawing.digit() is digit
    drawing.restart([], [FIRST])
    assert drawing.digit() is None


def test_an_empty_canvas_that_says_so_again_changes_nothing():
    drawing = Drawing()
    drawing.take([FIRST], lambda: picture(255))
    drawing.restart([], [FIRST])
    changes = drawing.changes
    drawing.take([], undecoded)
    drawing.take([], undecoded)
    assert drawing.changes == changes and drawing.left is None


def test_the_theme_is_told_as_streamlit_words_it(monkeypatch):
    monkeypatch.setattr(app_session, "_populate_theme_msg", app_session._populate_theme_msg)  # as it was, after the test
    worded, told = CustomThemeConfig(), CustomThemeConfig()
    app_session._populate_theme_msg(worded)
    app_session._populate_theme_msg(worded.dark, "theme.dark")
    theme.word_once()
    for _ in range(2):
        told.Clear()
        app_session._populate_theme_msg(told)
        app_session._populate_theme_msg(told.dark, "theme.dark")
        assert told == worded


def _another_mode() -> None:
    import streamlit as st

    from mnist_cnn.ui import state
    from mnist_cnn.ui.draw import one

    state.put("drawn", {name: None for name in one.PARTS})
    st.button("Tell", key="tell", on_click=one._again)
    st.write("Another mode")


def test_a_canvas_may_tell_of_a_stroke_when_its_mode_has_given_way_to_another():
    app = AppTest.from_function(_another_mode).run()
    app.button("tell").click().run()
    assert not app.exception
    assert app.markdown[0].value == "Another mode"
