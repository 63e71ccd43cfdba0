"""Teach it: keep drawings with the digit that they were, and fine-tune a copy of the network on them."""

from collections import Counter
from contextlib import suppress
from functools import partial

import numpy as np
import streamlit as st

from mnist_cnn.digits.collection import Example
from mnist_cnn.errors import StudioError
from mnist_cnn.ink import sketch
from mnist_cnn.runs import Run
from mnist_cnn.training import teaching
from mnist_cnn.ui import (
    canvas,
    confirm,
    dialogs,
    door,
    drawn,
    images,
    notice,
    rights,
    run_names,
    server,
    state,
    taught,
    teacher,
)
from mnist_cnn.ui.buttons import clicked, once
from mnist_cnn.ui.draw import mending
from mnist_cnn.ui.drawing import Drawing
from mnist_cnn.ui.language import explain, t

SHOWN = 40  # drawings at a time, the newest
REFRESH = 0.7  # seconds between two looks at a copy that learns


def show(run: Run, digit: sketch.Sketch | None, visitor: str) -> None:
    """What the drawing was, the collection, and the lesson; inside a fragment of the page."""
    examples = server.collection().examples()
    keeping, teaching_it = st.columns(2, gap="small")
    with keeping.container(border=True, height="stretch", key="teach"):
        st.markdown(f"**{t('teach.title')}**")
        st.caption(t("teach.consent"))
        _keep(digit, examples, visitor)
    with teaching_it.container(border=True, height="stretch", key="lesson"):
        st.markdown(f"**{t('teach.lesson')}**")
        st.caption(t("teach.lesson_about", name=run_names.plain(run_names.name(run)), drawings=len(examples)))
        _lesson(run, examples)
    show_collection(examples, visitor)


def shows(drawing: Drawing) -> tuple:
    """What of a drawing `show` depends on: whether it can be kept, whether it is the one that was, and the collection."""
    ready = drawing.digit() is not None and state.get("it-was") is not None
    return ready, state.get("teach-said") and drawing.changes, server.collection().state()


def show_collection(examples: list[Example], visitor: str) -> None:
    """The class's drawings, under a heading that opens them."""
    with st.expander(t("teach.collection"), icon=":material/collections:", **state.opens("collection")) as drawings:
        if drawings.open:  # what nobody looks at is not drawn again after every stroke
            _collection(examples, visitor)


def _keep(digit: sketch.Sketch | None, examples: list[Example], visitor: str) -> None:
    was = state.get("it-was")
    state.choice(st.pills, "it-was", t("teach.was"), range(10), str, shown=was)
    ready = digit is not None and was is not None
    keep = {"on_click": _kept, "args": (was, visitor), "disabled": not ready, "icon": ":material/bookmark_add:"}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("teach.keep"), key="keep", **keep)
        if was is not None and state.get("teach-said") and isinstance(state.get("teach-said")[1], Example):
            state.pop("teach-said")  # this is the next one
        elif told := _said(digit, examples):
            st.markdown(told, width="content")


def _said(digit: sketch.Sketch | None, examples: list[Example]) -> str | None:
    """What became of the drawing, as long as it is on the canvas and in the collection as it was kept."""
    if not (said := state.get("teach-said")):
        return None
    image, came = said
    if digit is None or not np.array_equal(digit.image, image):
        state.pop("teach-said")
        return None
    if not isinstance(came, Example):
        return f":material/error: {explain(came)}"
    return f":material/bookmark_added: {t('teach.kept', digit=came.digit)}" if is_kept(came, examples) else None


def is_kept(drawing: Example, examples: list[Example]) -> bool:
    """Whether the collection has a drawing still, as the digit that it was kept as."""
    return (drawing.id, drawing.digit) in [(example.id, example.digit) for example in examples]


def _kept(was: int, visitor: str) -> None:
    canvas.take("drawing")  # it may tell its last stroke together with the click
    if not (found := drawn.digit()):
        return
    _, digit = found
    try:
        kept = server.collection().add(was, digit.image, visitor, rights.most("drawings"))
    except (StudioError, OSError) as error:
        state.put("teach-said", (digit.image, error))
        return
    state.put("it-was", None)
    state.put("teach-said", (digit.image, kept))


def _forget_one(identity: str) -> None:
    once("forget", _forget, {identity})


def _forget(ids: set[str]) -> None:
    try:
        rights.check_drawings(example for example in server.collection().examples() if example.id in ids)
        server.collection().remove(ids)
    except (StudioError, OSError) as error:
        state.put("collection-said", error)


def _relabel(identity: str, digit: int) -> None:
    try:
        rights.check_drawings(example for example in server.collection().examples() if example.id == identity)
        server.collection().relabel(identity, digit)
    except (StudioError, OSError) as error:
        state.put("collection-said", error)


def _lesson(run: Run, examples: list[Example]) -> None:
    """The button that teaches, and how the last lesson goes or went."""
    copy = _last_copy()
    busy = copy is not None and _busy(copy)
    enough = teaching.enough([example.digit for example in examples])
    start = {"type": "primary", "icon": ":material/school:", "disabled": busy or not enough}
    if not enough:
        st.caption(t("teach.too_few"))
    if clicked(t("teach.start"), key="fine-tune", **start):
        try:
            name = t("teach.run_name", name=run_names.name(run))[:60]
            copy = door.teach(run, examples, name)
        except (StudioError, OSError) as error:
            st.error(explain(error), icon=":material/error:")
            return
        state.put("taught", copy.id)
        st.rerun()
    if copy is not None:
        st.fragment(_progress, run_every=REFRESH if busy else None)(copy, busy)


def _last_copy() -> Run | None:
    """The copy that was taught last from this page, unless it was deleted meanwhile."""
    with suppress(StudioError):
        return server.store().get(state.get("taught")) if state.get("taught") else None


def _busy(copy: Run) -> bool:
    status = copy.status()
    return status.active or not (teaching.result(copy) or status.reason)


def _progress(copy: Run, was_busy: bool) -> None:
    status, result = copy.status(), teaching.result(copy)
    if _busy(copy):
        training = [event for event in copy.events() if event["phase"] == "training"]
        if training:
            epoch, epochs = training[-1]["epoch"], copy.hyperparameters.epochs
            done = epoch - 1 + training[-1]["batch"] / training[-1]["batches"]
            words = t("teach.learning", epoch=epoch, epochs=epochs) if done < epochs else t("teach.testing")
            st.progress(min(1.0, done / epochs), words)
        else:
            st.progress(0.0, notice.waiting(copy) or t("teach.begins"))
        return
    if was_busy:
        st.rerun()  # the copy can be chosen now
    if result:
        taught.show(result)
        _show_asked(copy)
        choosing = {"on_click": _use, "args": (copy.id,), "icon": ":material/swap_horiz:"}
        if clicked(t("teach.use"), key="use-taught", **choosing):
            st.rerun()  # the choice of networks is outside this fragment
    else:
        st.error(t(status.reason, **(status.values or {})), icon=":material/error:")


def _show_asked(copy: Run) -> None:
    """The drawings held out that are read otherwise now, or wrongly still."""
    told = [drawing for drawing in teaching.asked(copy) if len(set(drawing[1:])) > 1][:SHOWN]
    words = [t("teach.read", digit=digit, before=before, after=after) for _, digit, before, after in told]
    images.gallery([images.enlarge(image, 64) for image, *_ in told], words)


def _use(copy: str) -> None:
    state.put("model", copy)


def _collection(examples: list[Example], visitor: str) -> None:
    if said := state.pop("collection-said"):
        st.error(explain(said), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        file = {"file_name": "collection.jsonl", "mime": "application/jsonl", "on_click": "ignore", "key": "export"}
        st.download_button(t("teach.export"), server.collection().export, icon=":material/download:", **file)
        with st.popover(t("teach.import"), icon=":material/upload:"):
            _take(visitor)
        mine = {example.id for example in examples if example.owner == visitor}
        look = {"icon": ":material/delete:", "disabled": not mine}
        title = t("teach.forget_mine", drawings=len(mine))
        dialogs.opener(title, "forget-mine", title, partial(_confirm, "mine", mine), **look)
        if teacher.here() and examples:
            every, title = {example.id for example in examples}, t("teach.forget_all")
            dialogs.opener(title, "forget-all", title, partial(_confirm, "all", every), icon=":material/delete_sweep:")
    if not examples:
        st.caption(t("teach.none"))
        return
    counts = Counter(example.digit for example in examples)
    st.caption(" · ".join(t("teach.count", digit=digit, drawings=counts[digit]) for digit in sorted(counts)))
    mending.show(examples, _relabel, _forget)
    with st.container(horizontal=True):
        for example in examples[: -SHOWN - 1 : -1]:
            with st.container(width=72, gap="xsmall", horizontal_alignment="center"):
                st.image(images.enlarge(example.image, 64), str(example.digit), alt=str(example.digit))
                if rights.may_change(example):
                    forget = {"on_click": _forget_one, "args": (example.id,), "type": "tertiary", "width": "stretch"}
                    st.button("", key=f"forget-{example.id}", icon=":material/delete:", help=t("teach.forget"), **forget)


def _confirm(whose: str, ids: set[str]) -> None:
    st.markdown(t(f"teach.forget_{whose}_question", drawings=len(ids)))
    confirm.buttons(f"forget-{whose}", act=_forget, args=(ids,))


def _take(visitor: str) -> None:
    file = st.file_uploader(t("teach.file"), ["jsonl"], key="import", max_upload_size=5)
    if file and clicked(t("teach.add"), key="take", type="primary"):
        try:
            taken = server.collection().take(file.getvalue(), visitor, rights.most("imports"))
            st.success(t("teach.taken", drawings=taken))
        except (StudioError, OSError) as error:
            st.error(explain(error))
