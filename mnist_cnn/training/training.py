"""Train a run, in this process, telling its folder about it all the while."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress

import numpy as np

from mnist_cnn import places
from mnist_cnn.digits import datasets
from mnist_cnn.network import keras_file, optimizer
from mnist_cnn.reading import calibration, evaluation, prediction, snapshots
from mnist_cnn.reading.snapshots import Moment
from mnist_cnn.runs import HEARTBEAT, STOPS, Run
from mnist_cnn.training import batches, checkpoint, finding, readiness, reasons, teaching, training_set

CHUNK = 0.25  # seconds of training between two looks at the stop request and two events
UNSTEADY = 2  # looks at the beginning of a training whose speed does not count
RESERVE = 1 << 16  # bytes held back, so that a full disk still takes the reason

Observer = Callable[[dict], None]


class Halt(Exception):
    """Training ends before its last epoch. `state` and `reason` as in `runs.Status`; a range test may be finished so."""

    def __init__(self, state: str, reason: str, **values):
        self.state, self.reason, self.values = state, reason, values


def train(run: Run, observe: Observer = lambda event: None, interrupted: Callable[[], str | None] = lambda: None) -> None:
    """Train a run from its last finished epoch to its last one, then evaluate it.

    However it ends, `status.json` says so, and the last good epoch's model is kept. No other process trains it meanwhile.

    Parameters
    ----------
    observe : called with every event, as `events.jsonl` holds them:
        {"phase": "training", "epoch", "epochs", "batch", "batches", "loss", "accuracy", "seconds", "images_per_second",
        "seconds_left"} with means and seconds of the epoch so far, and None for the last two while they are not known,
        {"phase": "validation" or "evaluation", "epoch", "epochs"}.
    interrupted : asked several times a second; a reason (code of `errors.MESSAGES`) ends the training.

    Raises
    ------
    StudioError : as `Run.claim` does; then the run is left as it is.
    """
    with run.claim():
        snapshots.give_way(run, run.set_status, "running")
        with _heartbeat(run):
            training, (state, reason, values) = _go(run, observe, interrupted)
            run.set_status(state, reason, **values)
        if state == "finished":
            run.checkpoint_file.unlink(missing_ok=True)
    if reason in STOPS and training and training.epochs_left:
        _measure(run, training, interrupted)


def _go(run: Run, observe: Observer, interrupted: Callable[[], str | None]):
    """Do all that is left to do.

    Returns
    -------
    The training, or None if it did not come to one; and how it ended: state, reason, values.
    """
    reserve, training = run.folder / "reserve", None
    try:
        snapshots.give_way(run, reserve.write_bytes, bytes(RESERVE))
        if not run.complete():
            training = Training(run, observe, interrupted)
            training.run_epochs()
            training.evaluate()
        return training, (training.end if training else ("finished", None, {}))
    except Halt as halt:
        return training, (halt.state, halt.reason, halt.values)
    except Exception as error:
        return training, ("failed", *reasons.why(error))
    finally:
        reserve.unlink(missing_ok=True)
        (run.folder / "stop").unlink(missing_ok=True)


def _measure(run: Run, training: "Training", interrupted: Callable[[], str | None]) -> None:
    """Evaluate what a stop left; nobody waits for this, so that the run may go on or be deleted meanwhile."""

    def check() -> None:
        if run.status().state != "stopped" or interrupted():
            raise Halt("stopped", "reason.stopped")

    with suppress(OSError, Halt):
        training.evaluate(check)


@contextmanager
def _heartbeat(run: Run):
    """Touch the run's status until the block ends."""
    over = threading.Event()

    def beat():
        while not over.wait(HEARTBEAT):
            with suppress(OSError):  # the folder was removed by hand; the training will find out
                run.touch()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Training:
    """One go at a run: its data, network and optimizer in memory."""

    def __init__(self, run: Run, observe: Observer, interrupted: Callable[[], str | None]):
        self.run, self.hp, self.observe, self.interrupted = run, run.hyperparameters, observe, interrupted
        (run.folder / "events.jsonl").write_bytes(b"")
        self.dataset = datasets.load(run.dataset)
        if run.base:
            train, validation = teaching.compose(run, self.dataset, self._look_for_stop)
        else:
            train, validation = training_set.compose(self.dataset, self.hp, self._look_for_stop)
        self.count, self.validation_count = len(train[0]), len(validation[0])
        self.batches = -(-self.count // self.hp.batch_size)
        self.steps = readiness.steps(run, train, validation)
        self.model = self.steps.model
        if run.base:
            self.model.set_weights(teaching.base_model(run).get_weights())
        self.traced, self.end = False, ("finished", None, {})
        self.history = checkpoint.restore(run, self._variables())

    @property
    def epochs_left(self) -> int:
        return self.hp.epochs - len(self.history)

    def run_epochs(self) -> None:
        """Train all epochs that are left, saving each; then the model is ready to be measured."""
        if self.epochs_left:  # what is known of the model will not be true any more
            evaluation.discard(self.run)
            if not self.run.base:
                calibration.discard(self.run)
        try:
            for epoch in range(len(self.history) + 1, self.hp.epochs + 1):
                self._epoch(epoch)
        except Halt as halt:
            if halt.state != "failed" and self._sound():
                if not self.run.base:  # whose averages a copy began with
                    self.steps.settle_averages()  # of this model only: who goes on has those of the checkpoint
                self._save_model()  # what the unfinished epoch has taught counts
            if halt.state != "finished":
                raise
            self.end = halt.state, halt.reason, halt.values
        self._tell("evaluation", self.hp.epochs)
        self._calibrate()

    def _calibrate(self) -> None:
        """Where a network has learned not to be sure, settle how sure it may say it is."""
        if self.hp.nondigits and not self.run.base:  # a copy that was taught keeps what its base was given
            calibration.calibrate(self.run, self.model, self.dataset, self._look_for_stop)
            self._save_model()
            self._keep_snapshot(self.hp.epochs * self.batches, self.hp.epochs)

    def evaluate(self, check: Callable[[], None] | None = None) -> None:
        """Measure the network as it is now on the test set; `check` as in `Predictor.predict`, else it looks for a stop."""
        check, predictor = check or self._look_for_stop, prediction.KerasPredictor(self.model, self.hp.views)
        result = evaluation.evaluate(predictor, self.dataset, check)
        if self.run.base:
            teaching.compare(self.run, predictor, self.dataset, result.accuracy, check)
        check()
        snapshots.give_way(self.run, evaluation.save, self.run, result)

    def _epoch(self, epoch: int) -> None:
        started, totals, done = time.perf_counter(), np.zeros(2), (epoch - 1) * self.batches
        batches.forget(self.run, epoch - 1)
        snapshots.forget(self.run, done)
        if not done:
            self._keep_snapshot(0)
        order = training_set.order(self.hp, epoch, self.count)
        batch, size = 0, 1
        watch = self._watch() if self.hp.seeks_rate else None
        counted, since, unsteady = 0, started, 0 if self.traced else UNSTEADY
        while batch < self.batches:
            before = time.perf_counter()
            end = batch + min(size, snapshots.until_next(done + batch))
            chunk = order[batch * self.hp.batch_size : end * self.hp.batch_size]
            sums = self.steps.train(chunk)
            totals += sums.sum(axis=0)
            losses = self._keep_batches(epoch, batch, sums, len(chunk))
            batch += len(sums)
            seen, now = min(batch * self.hp.batch_size, self.count), time.perf_counter()
            if unsteady:  # TensorFlow traces the step first: that tells nothing of the speed
                counted, since, unsteady = seen, now, unsteady - 1
            speed = (seen - counted) / (now - since) if seen > counted else None
            self._tell_batch(epoch, batch, *(totals / seen), now - started, speed)
            if watch and watch.too_high(losses[-1]):
                rate = optimizer.rate_at(self.hp, self.batches, done + batch - 1)
                raise Halt("finished", "reason.range_test", rate=f"{rate:.2g}")
            if not np.isfinite(totals[0]):
                raise Halt("failed", "reason.diverged", epoch=epoch)
            if done + batch in snapshots.EARLY and batch < self.batches:
                self._keep_snapshot(done + batch)
            self._look_for_stop()
            size = 1 if watch else max(1, min(2 * size, round(len(sums) * CHUNK / (now - before))))
        self.traced = True
        row = {"epoch": epoch, "loss": totals[0] / self.count, "accuracy": totals[1] / self.count}
        if self.validation_count:
            self._tell("validation", epoch)
            loss, right = self.steps.validate(self._look_for_stop)
            row |= {"val_loss": loss / self.validation_count, "val_accuracy": right / self.validation_count}
        if not self._sound():  # broken by the last step, which no loss has seen
            raise Halt("failed", "reason.diverged", epoch=epoch)
        row = {key: round(value, 9) for key, value in row.items()}  # sums differ in the last bits by how they were grouped
        self._save_epoch(row | {"seconds": round(time.perf_counter() - started, 3), "precision": self.steps.form})

    def _look_for_stop(self) -> None:
        if self.run.stop_requested():
            raise Halt("stopped", self.run.stop_reason())
        if reason := self.interrupted():
            raise Halt("stopped", reason)

    def _watch(self) -> finding.Watch:
        """Of a range test, as it stands after the batches kept so far."""
        return finding.Watch(self.model, self.hp.epochs * self.batches, batches.read(self.run)[:, 1])

    def _keep_batches(self, epoch: int, done: int, sums: np.ndarray, images: int) -> np.ndarray:
        """Keep loss and accuracy of batches, (N, 2) as `Steps.train` sums them, that so many of the epoch went before.

        Returns the mean loss of each, float32 (N,) as it is kept.
        """
        numbers = np.arange(1, len(sums) + 1)
        sizes = np.minimum(self.hp.batch_size, images - (numbers - 1) * self.hp.batch_size)
        rows = np.column_stack([epoch - 1 + (done + numbers) / self.batches, sums / sizes[:, np.newaxis]])
        snapshots.give_way(self.run, batches.append, self.run, rows)
        return rows[:, 1].astype(np.float32)

    def _tell_batch(self, epoch: int, batch: int, loss: float, accuracy: float, seconds: float, speed: float | None) -> None:
        trained = self.count * (self.hp.epochs - epoch + 1 - batch / self.batches)
        validated = self.validation_count * (self.hp.epochs - epoch + 1) / 3  # no way back
        figures = {"batch": batch, "batches": self.batches, "loss": float(loss), "accuracy": float(accuracy)}
        figures["seconds"] = round(seconds, 3)
        figures["images_per_second"] = speed and round(speed)
        figures["seconds_left"] = speed and round((trained + validated) / speed)
        if batch == 1:
            (self.run.folder / "events.jsonl").write_bytes(b"")
        self._tell("training", epoch, **figures)

    def _tell(self, phase: str, epoch: int, **figures) -> None:
        event = {"phase": phase, "epoch": epoch, "epochs": self.hp.epochs, **figures}
        snapshots.give_way(self.run, self._write_event, event)
        self.observe(event)

    def _write_event(self, event: dict) -> None:
        with (self.run.folder / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")

    def _save_epoch(self, row: dict) -> None:
        """Keep the epoch: model, then history and checkpoint, which make it count."""
        self.history.append(row)
        self._save_model()
        snapshots.give_way(self.run, checkpoint.save, self.run, self.history, self._variables())
        self._keep_snapshot(row["epoch"] * self.batches, row["epoch"])

    def _save_model(self) -> None:
        snapshots.give_way(self.run, self._write_model)

    def _write_model(self) -> None:
        with places.replacing(self.run.model_file) as partial:
            keras_file.save(self.model, partial)

    def _keep_snapshot(self, batch: int, epoch: int = 0) -> None:
        snapshots.keep(self.run, Moment(batch, epoch), self.model.get_weights())

    def _sound(self) -> bool:
        """Whether every weight is a number."""
        return all(np.isfinite(variable.numpy()).all() for variable in self.model.variables)

    def _variables(self) -> list:
        return [*self.model.variables, *self.steps.optimizer.variables]
