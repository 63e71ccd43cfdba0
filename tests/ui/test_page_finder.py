"""What Train shows of a range test, and what it makes of the rate; a network that is trained step by step."""

import numpy as np
import pytest
from pages import control, open_page, table_of_runs, texts

from mnist_cnn.network import optimizer
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.training import batches, finding

FINDER = PRESETS["finder"]


@pytest.fixture
def sought(app_store):
    """A range test of forty batches, as its files tell it, whose loss fell around 0.003 and flew off at 0.1."""
    run = app_store.create("finder", "digits", FINDER, preset="finder")
    rates = optimizer.rate_at(FINDER, 10, np.arange(31))
    losses = 0.3 + 2 / (1 + (rates / 0.003) ** 3) + 100 * np.clip(rates - 0.03, 0, None) ** 2
    batches.append(run, np.column_stack([np.arange(1, 32) / 10, losses, losses * 0]))
    run.set_status("finished", "reason.range_test", rate="0.1")
    return run


def test_a_range_test_tells_its_rate_and_the_form_takes_it(sought):
    app = open_page("train", lang="en", dataset="digits")
    rate = finding.steepest(finding.curve(FINDER, batches.read(sought)))
    assert 0.002 < rate < 0.006 and f"**{rate:g}** is a good rate" in texts(app)
    assert "The rate became too high at 0\\.1." in [info.value.split(" That")[0] for info in app.info]
    app.button(key="use-rate").click().run()
    assert not app.exception
    taken = {field: app.session_state[field] for field in FINDER.to_dict()}
    assert taken == PRESETS["quick"].to_dict() | {"learning_rate": rate}
    assert control(app.select_slider, "learning_rate").value == rate
    assert table_of_runs(app)["state"].tolist() == ["✓ Finished"]


def test_range_tests_are_compared_by_their_curves(sought, app_store):
    other = app_store.create("other", "digits", FINDER)
    other.set_status("finished")
    app = open_page("train", lang="en", compared=f"{sought.id},{other.id}")
    assert not app.exception and texts(app).count("Loss over learning rate") == 2  # of one, and of both


def walk(app):
    return app.session_state["walk"]


def test_one_step_changes_the_loss_and_other_settings_begin_anew(app_store):
    app = open_page("train", lang="en", preset="tiny", dataset="digits")
    app.session_state["single-step"] = True
    app.run()
    assert "Take the first step" in texts(app)
    app.button(key="one-step").click().run()
    assert not app.exception and walk(app).last.number == 1
    before, after = walk(app).last.loss
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Before the step"] == f"{before:.4f}" != shown["After the step"] == f"{after:.4f}"
    app.button(key="ten-steps").click().run()
    assert walk(app).last.number == 11
    control(app.slider, "filters1").set_value(3).run()
    assert walk(app).last is None and "Take the first step" in texts(app)
