"""What stands around every page, as the menu and the way back from what a link leaves out; and around all visits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st

from mnist_cnn import locks, ui
from mnist_cnn.ui import (
    address,
    buttons,
    dialogs,
    hiding,
    images,
    into_view,
    language,
    leaving,
    menu,
    people,
    server,
    state,
    teacher,
    theme,
    trouble,
    turning,
    uploads,
)
from mnist_cnn.ui.language import t
from mnist_cnn.ui.learn import errand
from mnist_cnn.ui.navigation import PAGES


def show() -> None:
    """Draw the page that is visited, and all around it."""
    st.set_page_config(page_title="MNIST CNN Studio", page_icon=images.icon(), layout="wide")
    st.html(Path(ui.__file__).with_name("style.css"))
    language.choose()
    if state.get("projector"):
        st.html(Path(ui.__file__).with_name("projector.css"))

    home, *others = PAGES.values()
    pages = [st.Page(home.file, title=t(f"{home.name}.nav"), icon=home.icon, default=True)]
    pages += [st.Page(page.file, title=t(f"{page.name}.nav"), icon=page.icon, url_path=page.name) for page in others]
    chosen = st.navigation(pages, position="hidden" if hiding.hidden("menu") else "top")
    server.meet()  # not before: what a browser says before it knows its page leads to the first one
    dialogs.begin(chosen.url_path or home.name)
    state.put("page", chosen.url_path or home.name)
    menu.show()
    language.tell()
    turning.go_on()
    errand.show(state.get("page"))
    with suppress(trouble.PageEnds):
        chosen.run()
    people.touch()
    hiding.way_back()
    into_view.show()
    address.write(state.get("page"))
    buttons.forget()
    dialogs.end()
    server.warm_up()


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Before anybody visits, the teacher's code is printed, and first visits are prepared for; at the end, by a signal too,
    trainings are told to end."""
    leaving.share_heaps()
    locks.allow_many()  # every browser and every run in line takes some
    theme.word_once()
    buttons.let_callbacks_end()
    turning.forget_the_old_page()
    uploads.keep_few()
    teacher.office()
    server.prepare()
    watching = asyncio.create_task(leaving.watch())
    yield
    watching.cancel()
    server.queue().close()
