"""A series in a real Chromium: its dots grow, one click stops it, another deletes it; axes are brushed."""

from browser import SECOND, SMALL, settle
from playwright.sync_api import Page, expect

from mnist_cnn import places
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.runs import Run, Store
from mnist_cnn.training import series
from mnist_cnn.training.series import Series

CHART = ".st-key-shown-series [data-testid=stVegaLiteChart]"
DOTS = f"{CHART} g.mark-symbol[class*=layer_2] path"
OPAQUE = "lines => lines.filter(line => +getComputedStyle(line).opacity > 0.5).length"


def finish(run: Run, accuracy: float) -> None:
    """Write what a training to its end would have."""
    row = f"1,0.5,0.8,0.6,{accuracy},1.5"
    run.history_file.write_text(f"epoch,loss,accuracy,val_loss,val_accuracy,seconds\n{row}\n")
    places.write_json(run.folder / "evaluation.json", {"accuracy": accuracy, "loss": 0.1})
    run.set_status("finished")


def pull(page: Page, across: float, top: float, bottom: float) -> None:
    """Pull the pointer over a stretch of the chart; places as shares of its width and height."""
    box = page.locator(f"{CHART} svg").bounding_box()
    page.mouse.move(box["x"] + across * box["width"], box["y"] + top * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + across * box["width"], box["y"] + bottom * box["height"], steps=5)
    page.mouse.up()


def test_a_dot_comes_when_a_run_is_done_and_a_series_is_stopped_and_deleted_at_a_click_each(page, server):
    own = "train-view=series&question=own&varied=epochs&values-epochs=1,2,3&seeds=5"
    page.goto(f"/train?{SMALL}&{own}")
    expect(page.get_by_text("15 runs")).to_be_visible()
    settle(page)
    page.locator(".st-key-start-series button").click()
    expect(page.get_by_text("0 of 15 runs done")).to_be_visible()
    expect(page.locator(DOTS)).to_have_count(1)  # without a touch of the page, as soon as the first run is done
    page.locator(".st-key-stop-series button").click()
    expect(page.locator(".st-key-resume-series button")).to_be_visible(timeout=20 * SECOND)
    runs = [run for run in Store(server.models).runs() if run.series]
    assert len(runs) == 15 and not any(run.status().active for run in runs)
    page.locator(".st-key-delete-series button").click()
    page.locator(".st-key-cancel-delete-series button").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len([run for run in Store(server.models).runs() if run.series]) == 15
    page.locator(".st-key-delete-series button").click()
    page.locator(".st-key-confirm-delete-series button").click()
    expect(page.get_by_text("No series yet")).to_be_visible()
    assert not any(run.series for run in Store(server.models).runs())


def test_a_stretch_of_an_axis_greys_out_what_does_not_pass_through_it(page, server):
    wanted = Series("tiny", Hyperparameters(epochs=1), "digits", {"dropout2": (0.0, 0.5), "batch_size": (50, 100)}, 1)
    runs = series.create(Store(server.models), wanted, None)
    for run, accuracy in zip(runs, (0.5, 0.6, 0.8, 0.9), strict=True):
        finish(run, accuracy)
    page.goto(f"/train?lang=en&train-view=series&series={runs[0].series.id}")
    lines = page.locator(f"{CHART} g.mark-line[class*=layer_1] path")
    expect(lines).to_have_count(4)
    settle(page)
    page.locator(CHART).scroll_into_view_if_needed()
    assert lines.evaluate_all(OPAQUE) == 4
    pull(page, 0.45 / 2.9, 0.1, 0.5)  # dropout: the upper of two values
    page.wait_for_timeout(SECOND / 2)
    assert lines.evaluate_all(OPAQUE) == 2
    pull(page, 2.45 / 2.9, 0.1, 0.2)  # accuracy: the best
    page.wait_for_timeout(SECOND / 2)
    assert lines.evaluate_all(OPAQUE) == 1
    for run in runs:
        Store(server.models).delete(run)
