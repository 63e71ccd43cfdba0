"""Keras in the app's process, once somebody walks step by step: Streamlit does not clear it after every run of a page."""

from mnist_cnn.ui.train import single_step


def test_networks_stay_prepared_when_a_page_has_run(monkeypatch):
    import keras
    from streamlit.runtime.scriptrunner import script_runner
    from tensorflow.python.eager import context

    cleared = []
    monkeypatch.setattr(keras.backend, "clear_session", keras.backend.clear_session)  # as it was, after the test
    monkeypatch.setattr(context.context(), "clear_kernel_cache", lambda: cleared.append(True))
    single_step._keep_kernels()
    script_runner._clean_problem_modules()
    assert not cleared
