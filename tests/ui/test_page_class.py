"""The page Class: what everybody sees, what only the teacher may do, and that a page drawn earlier gives nobody more."""

import json
import re

import numpy as np
import pytest
from pages import control, open_page, texts
from pages import sign_in as sign_in_as_teacher

from mnist_cnn.digits.collection import Collection
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.records import Membership
from mnist_cnn.training.rules import Rulebook, Rules
from mnist_cnn.ui import people, server, teacher
from mnist_cnn.ui.classroom import clearing
from mnist_cnn.ui.people import Place

ANNA, BEN = "anna" * 8, "ben" * 8  # as their browsers call themselves


@pytest.fixture
def class_store(app_store):
    """A store with a class: Anna here with a nickname and two networks, Ben gone with one."""
    known = people.people()
    known._alive = lambda session: session != "ben's"
    known.touch(ANNA, "anna's", Place("learn", "dropout", 2))
    known.call(ANNA, "Anna <b>")
    known.touch(BEN, "ben's", Place("draw"))
    known.call(BEN, "Ben")
    for owner, accuracy, name in (ANNA, 0.9712, "narrow <i>"), (ANNA, 0.9, "worse"), (BEN, 0.9555, "wide"):
        run = app_store.create(name, "mnist", PRESETS["tiny"], owner)
        (run.folder / "evaluation.json").write_text(json.dumps({"accuracy": accuracy, "loss": 0.1}))
        run.set_status("finished")
    for digit in (3, 5):
        Collection().add(digit, np.eye(28), ANNA)
    return app_store


def board(app) -> str:
    (html,) = (element.proto.body for element in app.get("html") if 'class="board' in element.proto.body)
    return html


def everything(app) -> str:
    """All that the page sends to the browser."""
    return "".join(str(getattr(element, "proto", "")) for element in app.main)


def sign_in(app):
    teacher.office()._browsers.add(app.session_state["visitor-id"])
    return app.run()


def at_the_desk(**query):
    app = sign_in(open_page("classroom", lang="en", **query))
    control(app.segmented_control, "class-view").set_value("desk").run()
    assert not app.exception, app.exception
    return app


def has_no_question(app) -> bool:
    """Whether no dialog that deletes something is open."""
    return not [button for button in app.button if (button.key or "").startswith("confirm-")]


def test_the_board_tells_who_is_here_and_what_was_drawn(class_store):
    text = board(open_page("classroom", lang="en"))
    assert "Anna &lt;b&gt;" in text and "Step 2 · Dropout" in text and "Ben" not in text
    assert text.count('alt="A drawing of') == 2
    assert "Nothing trains at the moment." in text and "Nobody has to wait." in text


def test_the_board_without_anybody_or_anything_invites(app_store):
    text = board(sign_in(open_page("classroom", lang="en")))
    assert "Nobody yet" in text and "The drawings that the class keeps appear here." in text


def test_what_trains_and_waits_is_told_with_its_owner_and_progress(class_store, monkeypatch):
    trains, waits = (class_store.create(f"run {n}", "mnist", PRESETS["tiny"], ANNA) for n in (1, 2))
    monkeypatch.setattr(server.queue(), "waiting", lambda: [waits])
    with trains.claim():
        trains.set_status("running")
        event = {"phase": "training", "epoch": 2, "epochs": PRESETS["tiny"].epochs, "batch": 50, "batches": 100}
        event |= {"accuracy": 0.875, "loss": 0.4, "images_per_second": None, "seconds_left": None}
        (trains.folder / "events.jsonl").write_text(json.dumps(event) + "\n")
        text = board(open_page("classroom", lang="en"))
    assert f"Epoch 2 of {PRESETS['tiny'].epochs}" in text and "87.50%" in text
    assert f'aria-valuenow="{round(100 * 1.5 / PRESETS["tiny"].epochs)}"' in text
    assert text.index("run 1") < text.index("In line") < text.index("run 2")


def test_runs_of_one_name_are_told_apart_and_ones_own_is_marked(class_store, monkeypatch):
    runs = [class_store.create("same", "mnist", PRESETS["tiny"], owner) for owner in (ANNA, BEN)]
    monkeypatch.setattr(server.queue(), "waiting", lambda: runs)
    text = board(open_page("classroom", BEN, lang="en"))
    rows = re.findall("<li.*?</li>", text[text.index("In line") : text.index("Here now")])
    apart = [re.search('class="more">(.*?)<', row)[1] for row in rows]
    assert len({*apart}) == 2 and ['class="mine"' in row for row in rows] == [False, True]
    desk = texts(at_the_desk())
    assert "Next in line · " in desk and "1 ahead in line · " in desk


def test_the_teachers_network_is_marked_as_no_pupils_can_be(class_store, monkeypatch):
    sign_in_as_teacher(BEN)
    people.people().call(ANNA, "Teacherl")  # looks much the same
    runs = [class_store.create("same", "mnist", PRESETS["tiny"], owner) for owner in (ANNA, BEN)]
    monkeypatch.setattr(server.queue(), "waiting", lambda: runs)
    text = board(open_page("classroom", lang="en"))
    hers, theirs = re.findall('class="who">(.*?)</li>', text[text.index("In line") : text.index("Here now")])
    assert 'class="teacher">Teacher<' in theirs and " · 1" in hers and 'class="teacher"' not in hers


def test_a_browser_that_signs_in_as_the_teachers_is_none_of_the_class(app_store, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_TEACHER", "open sesame")
    people.people()._alive = lambda session: True
    app = open_page("classroom", lang="en")
    assert len(people.people().present()) == 1
    app.text_input(key="teacher-code").set_value("open sesame")
    app.button(key="sign-in-button").click().run()
    assert people.people().present() == [] and not [one for one in app.text_input if one.key == "nickname"]
    open_page("classroom", "a pupil", lang="en")
    assert people.people().get("a pupil").number == 1


def test_visitors_numbers_never_leave_the_server(class_store):
    Rulebook().change(ranking=True)
    desk = at_the_desk()
    for part in ("class-runs-open", "class-drawings-open", "class-nicknames-open"):
        desk.session_state[part] = True
    for app in open_page("classroom", lang="en"), desk.run():
        told = everything(app)
        assert "Anna" in told and ANNA not in told and BEN not in told


def test_a_ranking_that_is_off_is_on_no_page_and_everybody_knows_their_own(class_store):
    for app in open_page("classroom", lang="en"), sign_in(open_page("classroom", lang="en")):
        text = everything(app)
        assert "The best accuracy on the MNIST test set" in text and "97.12" not in text and "95.55" not in text
    app = open_page("classroom", lang="en")
    app.session_state["visitor-id"] = BEN
    text = everything(app.run())
    assert "Your best so far: 95.55%" in text and "97.12" not in text


def test_a_ranking_that_is_on_names_those_here_and_numbers_the_others(class_store):
    Rulebook().change(ranking=True)
    text = board(open_page("classroom", lang="en"))
    ranking = text[text.index("Ranking") : text.index("Training now")]
    assert (
        ranking.index("Anna &lt;b&gt;</span><span> · 1")
        < ranking.index("97.12%")
        < ranking.index("Number 2")
        < ranking.index("95.55%")
    )
    assert "Ben" not in ranking and "90.00%" not in ranking  # only the best of each


def test_a_nickname_is_kept_for_the_next_visit_and_a_wrong_one_is_told(app_store):
    app = open_page("classroom", lang="en")
    assert any("You are number **1**" in text.value for text in app.markdown)
    app.text_input(key="nickname").set_value("Zoë")
    app.button(key="keep-nickname").click().run()
    assert "Zoë" in board(app)
    app.text_input(key="nickname").set_value("bell\u0007")
    app.button(key="keep-nickname").click().run()
    assert "at most 20 characters" in app.error[0].value and "Zoë" in board(app)
    app.text_input(key="nickname").set_value("teacher")
    app.button(key="keep-nickname").click().run()
    assert "Nobody but the teacher is called teacher." in app.error[0].value and "Zoë" in board(app)


def test_a_pupils_page_has_nothing_of_the_teachers_whatever_its_address_says(class_store):
    app = open_page("classroom", lang="en", **{"class-view": "desk"})
    keys = {getattr(element, "key", None) for element in app.main}
    assert "sign-in-button" in keys and "clear" not in keys and "rule-open" not in keys and "sign-out" not in keys


def test_the_teacher_sets_rules(class_store):
    app = at_the_desk()
    app.toggle(key="rule-open").set_value(False).run()
    app.toggle(key="rule-paused").set_value(True).run()
    app.toggle(key="rule-ranking").set_value(True).run()
    app.radio(key="rule-challenge").set_value("small").run()
    app.number_input(key="limit-epochs-100").set_value(5)
    app.button(key="save-limits").click().run()
    assert app.success[0].value == "These limits hold now."
    assert Rulebook().read() == Rules(open=False, paused=True, ranking=True, challenge="small", epochs=5)
    assert "Training is closed." in board(open_page("classroom", lang="en"))


def test_the_teacher_moves_and_stops_any_run(class_store, monkeypatch):
    runs = [class_store.create(f"run {n}", "mnist", PRESETS["tiny"], ANNA) for n in (1, 2)]
    done = []
    for name in ("to_front", "stop_all"):
        monkeypatch.setattr(server.queue(), name, lambda what, *reason, name=name: done.append((name, what)))
    monkeypatch.setattr(server.queue(), "waiting", lambda: runs)
    monkeypatch.setattr("mnist_cnn.ui.classroom.ending.PATIENCE", 0)
    app = at_the_desk()
    app.button(key=f"front-{runs[1].id}").click().run()
    app.button(key=f"stop-{runs[0].id}").click().run()
    assert [(name, getattr(what, "id", None) or [run.id for run in what]) for name, what in done] == [
        ("to_front", runs[1].id),
        ("stop_all", [runs[0].id]),
    ]


def test_what_waits_of_a_series_is_one_row_that_is_moved_and_cancelled_whole(class_store, monkeypatch):
    one = class_store.create("Anna's", "mnist", PRESETS["tiny"], ANNA)
    series = [
        class_store.create("of a series", "mnist", PRESETS["tiny"], BEN, series=Membership("of-ben", "dropout", ("dropout2",)))
        for _ in range(3)
    ]
    done = []
    monkeypatch.setattr(server.queue(), "to_front", lambda run: done.append(run.id))
    monkeypatch.setattr(server.queue(), "stop_all", lambda runs, reason: done.append([run.id for run in runs]))
    monkeypatch.setattr(server.queue(), "waiting", lambda: [one, *series])
    monkeypatch.setattr("mnist_cnn.ui.classroom.ending.PATIENCE", 0)
    app = at_the_desk()
    assert [button.key for button in app.button if button.key.startswith("stop-")] == [
        f"stop-{run.id}" for run in (one, series[0])
    ]
    assert "3 runs of a series" in texts(app)
    app.button(key=f"front-{series[0].id}").click().run()
    app.button(key=f"stop-{series[0].id}").click().run()
    assert done == [run.id for run in reversed(series)] + [[run.id for run in series]]


def test_the_teacher_deletes_any_run_and_drawing_and_takes_a_nickname_away(class_store):
    app = at_the_desk()
    gone = next(run for run in class_store.runs() if run.name == "wide")
    for part in ("class-runs-open", "class-drawings-open", "class-nicknames-open"):
        app.session_state[part] = True
    app.session_state["class-runs"] = [gone.id]
    app.run()
    app.button(key="delete-runs").click().run()
    app.button(key="cancel-delete-runs").click().run()
    assert "wide" in [run.name for run in class_store.runs()] and has_no_question(app)
    app.button(key="delete-runs").click().run()
    app.button(key="confirm-delete-runs").click().run()
    assert "wide" not in [run.name for run in class_store.runs()] and app.success[0].value == "Runs deleted: 1"
    app.button(key="delete-drawings").click().run()
    app.button(key="cancel-delete-drawings").click().run()
    assert len(Collection().examples()) == 2 and has_no_question(app)
    first = Collection().examples()[0]
    app.button(key=f"delete-{first.id}").click().run()
    assert [example.digit for example in Collection().examples()] == [5]
    control(app.multiselect, "class-nicknames").set_value([1]).run()
    app.button(key="take-nicknames").click().run()
    assert people.people().get(ANNA).nickname == "" and people.people().get(BEN).nickname == "Ben"


def test_whose_drawings_are_deleted_never_comes_to_be_everybodys(class_store):
    Collection().add(7, np.eye(28)[::-1], BEN)
    app = at_the_desk()
    app.session_state["class-drawings-open"] = True
    number = people.people().get(BEN).number
    app.session_state["class-whose"] = number
    assert app.run().button(key="delete-drawings").label == "Delete all of these (1)"
    Collection().remove({example.id for example in Collection().examples() if example.owner == BEN})
    app.run()
    button = app.button(key="delete-drawings")
    assert app.session_state["class-whose"] == number and button.label == "Delete all of these (0)" and button.disabled


def test_a_desk_saves_what_was_changed_at_it_and_leaves_what_another_saved(class_store):
    app = at_the_desk()
    Rulebook().change(epochs=7)
    app.number_input(key="limit-waiting-4").set_value(2)
    app.button(key="save-limits").click().run()
    assert (Rulebook().read().epochs, Rulebook().read().waiting) == (7, 2)


def test_whoever_is_no_teacher_any_more_changes_nothing_from_a_page_drawn_before(class_store):
    app = at_the_desk()
    app.session_state["class-runs"] = [run.id for run in class_store.runs()]
    app.session_state["class-runs-open"] = app.session_state["class-drawings-open"] = True
    app.run()
    app.button(key="delete-runs").click().run()
    teacher.office().sign_out(app.session_state["visitor-id"])
    before = Rulebook().read(), len(class_store.runs()), len(Collection().examples())
    app.button(key="confirm-delete-runs").click()
    app.toggle(key="rule-open").set_value(False)
    app.button(key="save-limits").click().run()
    assert not app.exception and app.error[0].value == "Only the teacher can do this."
    assert (Rulebook().read(), len(class_store.runs()), len(Collection().examples())) == before


def test_all_that_the_class_made_is_told_and_cleared(trained_store, class_store, monkeypatch):
    shipped = class_store.create("mine", "mnist", PRESETS["tiny"], shipped=True)
    shipped.set_status("finished")
    people.people().tick(ANNA, "dropout.1", {"run": "mine"})
    Rulebook().change(epochs=3, ranking=True)
    app = at_the_desk()
    app.button(key="clear").click().run()
    question = next(text.value for text in app.markdown if "This deletes" in text.value)
    assert "4 runs, 2 drawings, 2 nicknames and the ticks of 1 person" in question
    app.button(key="cancel-clear").click().run()
    assert len(class_store.runs()) == 5 and not app.success
    app.button(key="clear").click().run()
    app.button(key="confirm-clear").click().run()
    said = "Deleted: 4 runs, 2 drawings, 2 nicknames and the ticks of 1 person. Limits, challenge and ranking are as at first."
    assert app.success[0].value == said and app.session_state["into-view"][0] == "class-said"
    assert [run.name for run in class_store.runs()] == ["mine"] and Rulebook().read() == Rules()
    assert clearing.count() == clearing.Things(0, 0, 0, 0)


def test_what_cannot_be_cleared_is_told(class_store, monkeypatch):
    def busy(self, ids):
        raise StudioError("collection.busy")

    monkeypatch.setattr(Collection, "remove", busy)
    app = at_the_desk()
    app.button(key="clear").click().run()
    app.button(key="confirm-clear").click().run()
    said = app.error[0].value
    assert "Deleted: 3 runs and 2 nicknames." in said and "Left: 2 drawings." in said and "else is changing" in said
