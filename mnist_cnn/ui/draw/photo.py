"""A picture of digits on paper, to be read."""

import numpy as np
import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ink import imagefile, picture
from mnist_cnn.ink.picture import Ink
from mnist_cnn.reading.transcript import Transcript
from mnist_cnn.runs import Run
from mnist_cnn.ui.draw import answer
from mnist_cnn.ui.language import explain, t

LIMIT = 20  # megabytes of a file
FLATTEST = 500  # times as long as broad; of what is longer, nothing would be left to show

# Streamlit calls its drop zone a mere presentation, but gives it a name and the focus.
_zone = st.components.v2.component(
    "mnist_cnn_drop_zone",
    js="""
    export default function () {
      const mend = () => {
        const zones = document.querySelectorAll("[data-testid=stFileUploaderDropzone]");
        zones.forEach((zone) => zone.setAttribute("role", "group"));
        return zones.length;
      };
      const timer = setInterval(() => mend() && clearInterval(timer), 50);
      return () => clearInterval(timer);
    }
    """,
)


def show(run: Run) -> tuple[np.ndarray, Transcript] | None:
    """The control and the picture it was given; its ink, float32 (H, W) in [0, 1], and what a run reads, if there is any."""
    file = st.file_uploader(t("draw.upload"), picture.ENDINGS, key="photo", max_upload_size=LIMIT)
    _zone(key="drop-zone", height=1)
    if not file:
        return None
    try:
        seen = _read(file.file_id, file, file.name)
        with st.container(key="uploaded"):
            if max(seen.brightness.shape) < FLATTEST * min(seen.brightness.shape):
                st.image(seen.brightness, t("draw.uploaded"))
        ink, found = answer.read_picture(run, _looks(file.file_id, seen, file.name))
        return ink.drawing, found
    except StudioError as error:
        if not error.code.startswith("image."):
            raise
        st.error(explain(error), icon=":material/broken_image:")
        return None


@st.cache_data(max_entries=4, show_spinner=False)  # of up to 36 MB each
def _read(number: str, _file, name: str) -> imagefile.Picture:
    """The picture in a file of that number."""
    return imagefile.read(_file, name)


def _looks(number: str, seen: imagefile.Picture, name: str) -> list[Ink]:
    found = _sought(number, seen, name)
    if isinstance(found, StudioError):
        raise found
    return found


@st.cache_resource(max_entries=8, show_spinner=False)
def _sought(number: str, _seen: imagefile.Picture, name: str) -> list[Ink] | StudioError:
    """The ink in a picture, or why there is none, both of which take long to find out."""
    try:
        return picture.looks(_seen, name)
    except StudioError as error:
        return error
