"""When one page gives way to another, what the old one still asks for is not done."""

from functools import wraps

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner


def forget_the_old_page() -> None:
    """Have Streamlit run no fragment of another page than the one that it ran last.

    A page that the server leaves by `st.switch_page` goes on asking for its fragments, by their clocks or by a second click,
    until the browser hears of it. Streamlit would do that once the new page is drawn, as if on the old one: the browser
    then clears the new page, cannot place what comes next ("Bad delta path index"), and stays white.
    """
    run = getattr(ScriptRunner, "_run_script", None)
    if run is None or hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def run_script(runner: ScriptRunner, asked) -> None:
        if not (asked.fragment_id_queue and _left(runner, asked.page_script_hash)):
            run(runner, asked)

    ScriptRunner._run_script = run_script


def _left(runner: ScriptRunner, page: str) -> bool:
    """Whether another page has been run since."""
    pages = runner._pages_manager
    shown = pages.intended_page_script_hash or pages.current_page_script_hash  # only the latter where an address was opened
    return bool(shown) and page != shown
