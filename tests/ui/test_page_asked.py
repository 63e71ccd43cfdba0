"""Drawing what is asked, mending contradictory labels, and the class's drawings on Analysis, in AppTest."""

import numpy as np
import pytest
from pages import address, control, open_page, sign_in, texts

from mnist_cnn.digits import datasets
from mnist_cnn.digits.collection import LIMIT, Collection
from mnist_cnn.training.jobs import Queue
from mnist_cnn.ui import server as app_server
from mnist_cnn.ui import state, teacher
from mnist_cnn.ui.drawing import Drawing

SEVEN = np.pad(np.ones((140, 20), np.float32), ((70, 70), (130, 130)))  # a stroke on a canvas


def asked(app) -> int:
    (heading,) = [header.value for header in app.header if header.value.startswith("Draw the digit")]
    return int(heading[-1])


def keep(count: int, owner: str | None = None) -> None:
    """Small digits for the class's collection."""
    dataset = datasets.load("digits")
    for image, digit in zip(dataset.x_test[:count] / np.float32(255), dataset.y_test.tolist(), strict=False):
        Collection().add(digit, image, owner)


def contradicts(app) -> bool:
    """Whether the list tells of a drawing with two labels."""
    return any("The same drawing, two labels" in text.value for text in app.markdown)


def test_a_drawing_is_kept_as_what_was_asked_and_only_then_is_it_told_how_it_was_read(trained_store, monkeypatch):
    app = open_page("draw", mode="asked")
    digit = asked(app)
    assert "Nothing is drawn yet" in texts(app) and app.button(key="keep-asked").disabled
    monkeypatch.setattr("mnist_cnn.ui.canvas.show", lambda name: SEVEN)
    assert "read" not in texts(app.run()).replace("reads", "") and not Collection().examples()
    app.button(key="keep-asked").click().run()
    (kept,) = Collection().examples()
    assert not app.exception and kept.digit == digit and kept.owner == app.session_state["visitor-id"]
    assert f"Kept as {digit}." in texts(app) and "Yours: 1 · the class's: 1" in texts(app)
    assert asked(app) != digit
    other = asked(app)
    app.button(key="skip-asked").click().run()
    assert asked(app) != other and len(Collection().examples()) == 1


def test_what_became_of_a_drawing_is_told_in_the_language_of_now_until_it_is_deleted(trained_store, monkeypatch):
    app = open_page("draw", mode="asked", lang="en")
    monkeypatch.setattr("mnist_cnn.ui.canvas.show", lambda name: SEVEN)
    app.run().button(key="keep-asked").click().run()
    (kept,) = Collection().examples()
    control(app.segmented_control, "lang").set_value("zh").run()
    assert f"已作为 {kept.digit} 保存" in texts(app) and "Kept as" not in texts(app)
    Collection().remove({kept.id})
    assert "保存。" not in texts(app.run()) and not app.exception


@pytest.mark.parametrize("end", ["another drawing", "no drawing", "deleted", "another digit"])
def test_that_a_drawing_was_kept_is_told_as_long_as_it_is_there(trained_store, monkeypatch, end):
    app, paper = open_page("draw", lang="en"), {"drawing": SEVEN}

    def show(name, *_):
        state.get("drawings")[name] = Drawing(ink=paper["drawing"])

    monkeypatch.setattr("mnist_cnn.ui.canvas.show", show)
    app.run()
    control(app.pills, "it-was").set_value(7).run()
    app.button(key="keep").click().run()
    (kept,) = Collection().examples()
    assert "Kept as a 7." in texts(app)
    control(app.segmented_control, "lang").set_value("zh").run()
    assert "Kept" not in texts(app) and "已作为 7 保存" in texts(app)
    if end == "deleted":
        Collection().remove({kept.id})
    elif end == "another digit":
        Collection().relabel(kept.id, 1)
    else:
        paper["drawing"] = SEVEN.T if end == "another drawing" else None
    assert "已作为" not in texts(app.run()) and not app.exception


def test_a_blank_drawing_is_not_kept(trained_store, monkeypatch):
    app = open_page("draw", mode="asked")
    monkeypatch.setattr("mnist_cnn.ui.canvas.show", lambda name: np.zeros((280, 280), np.float32))
    assert app.run().button(key="keep-asked").disabled


def test_a_full_collection_is_a_sentence_and_the_digit_stays(trained_store, monkeypatch):
    monkeypatch.setattr("mnist_cnn.digits.collection.LIMIT", 0)
    app = open_page("draw", mode="asked")
    digit = asked(app)
    monkeypatch.setattr("mnist_cnn.ui.canvas.show", lambda name: SEVEN)
    app.run().button(key="keep-asked").click().run()
    assert "holds at most 0 drawings" in texts(app) and asked(app) == digit and LIMIT > 0


def test_whoever_kept_a_drawing_sees_that_it_contradicts_another_and_mends_it(trained_store):
    image = datasets.load("digits").x_test[0] / np.float32(255)
    app = open_page("draw", mode="asked")
    mine, others = (Collection().add(d, image, who) for d, who in ((3, app.session_state["visitor-id"]), (8, "another")))
    app.session_state["collection"] = True
    assert contradicts(app.run())
    labels = [button.label for button in app.button if (button.key or "").startswith("relabel-")]
    assert labels == ["It is 8"]  # of one's own only
    app.button(key=f"relabel-{mine.id}-8").click().run()
    assert [example.digit for example in Collection().examples()] == [8, 8]
    assert not contradicts(app)


def test_ones_own_drawings_are_limited_and_the_teachers_are_not(trained_store, monkeypatch):
    app_server.rules().change(drawings=1)
    Collection().add(3, np.ones((28, 28), np.float32), "me")
    app = open_page("draw", visitor="me", lang="en", mode="asked")
    monkeypatch.setattr("mnist_cnn.ui.canvas.show", lambda name: SEVEN)
    app.run().button(key="keep-asked").click().run()
    assert "You have kept 1 drawings already" in texts(app) and len(Collection().examples()) == 1
    sign_in("me")
    app.run().button(key="keep-asked").click().run()
    assert len(Collection().examples()) == 2


def test_the_teacher_deletes_any_drawing_and_all_of_them_until_signing_out(trained_store):
    keep(3, "another")
    one, two, _ = Collection().examples()
    app = open_page("draw", visitor="me", lang="en", mode="asked")
    app.session_state["collection"] = True
    assert not [button for button in app.run().button if (button.key or "").startswith("forget-") and not button.disabled]
    sign_in("me")
    app.run().button(key=f"forget-{one.id}").click().run()
    assert one.id not in [example.id for example in Collection().examples()]
    button = app.button(key=f"forget-{two.id}")
    teacher.office().sign_out("me")
    button.click().run()
    assert len(Collection().examples()) == 2 and "Only the teacher" in app.error[0].value
    sign_in("me")
    app.run().button(key="forget-all").click().run()
    app.button(key="cancel-forget-all").click().run()
    assert len(Collection().examples()) == 2
    app.button(key="forget-all").click().run()
    app.button(key="confirm-forget-all").click().run()
    assert Collection().examples() == []


def test_a_copy_is_taught_by_the_rules_of_every_training(trained_store, monkeypatch):
    monkeypatch.setattr(Queue, "_dispatch", lambda queue: None)
    keep(20)
    app = open_page("draw", visitor="me", lang="en")
    for rule, sentence in ({"open": False}, "Training is closed"), ({"open": True, "parameters": 1000}, "Parameters: this"):
        app_server.rules().change(**rule)
        app.run().button(key="fine-tune").click().run()
        assert sentence in app.error[0].value and len(trained_store.runs()) == 1
    app_server.rules().change(parameters=1_000_000, epochs=1, train_images=100)  # nobody chooses these of a copy
    app.run().button(key="fine-tune").click().run()
    copy = trained_store.runs()[0]
    assert copy.base and app_server.queue().place(copy) == 1 and copy.owner == "me"


def test_analysis_examines_a_network_on_the_classs_drawings(trained_store):
    keep(12)
    app = open_page("analysis", **{"tested-on": "drawings"})
    assert not app.exception and address(app)["tested-on"] == "drawings"
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["Read right"].endswith(" of 12") and "First" not in texts(app)
    image = datasets.load("digits").x_test[0] / np.float32(255)
    Collection().add((int(datasets.load("digits").y_test[0]) + 1) % 10, image, None)
    app.run()
    assert {metric.label: metric.value for metric in app.metric}["Read right"].endswith(" of 11")
    assert "2 drawings are left out: the same drawing" in texts(app)
    control(app.segmented_control, "tested-on").set_value("test").run()
    assert {metric.label: metric.value for metric in app.metric}["Test images"] == "360"


def test_without_drawings_analysis_leads_to_where_they_are_asked_for(trained_store):
    app = open_page("analysis", **{"tested-on": "drawings"})
    assert "The class has kept no drawings yet" in texts(app)
    app.button(key="to-asked").click().run()
    assert asked(app) in range(10)


@pytest.mark.parametrize("content", [b"nonsense", b"\xff\n{}"])
def test_a_damaged_collection_is_an_empty_one(trained_store, content):
    Collection().path.parent.mkdir(parents=True)
    Collection().path.write_bytes(content)
    app = open_page("analysis", **{"tested-on": "drawings"})
    assert not app.exception and "kept no drawings yet" in texts(app)
