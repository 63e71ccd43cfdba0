"""The theme, as browsers are told it: put into words once, not again at every run of every page."""

from functools import lru_cache

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session


def word_once() -> None:
    """Have Streamlit remember how it words each section of the theme, which stays as it is while a server lives.

    It words six sections whenever a page or a fragment begins to run: 4 ms of a processor, a tenth of a stroke's answer.
    """
    put_in_words = getattr(app_session, "_populate_theme_msg", None)
    if put_in_words is None or hasattr(put_in_words, "__wrapped__"):
        return

    @lru_cache
    def worded(section: str) -> CustomThemeConfig:
        put_in_words(theme := CustomThemeConfig(), section)
        return theme

    def tell(theme: CustomThemeConfig, section: str = "theme") -> None:
        theme.MergeFrom(worded(section))

    tell.__wrapped__ = put_in_words
    app_session._populate_theme_msg = tell
