"""In a real browser: a page that is left while it asks for its parts, and the next one, which takes its time."""

import socket
import subprocess
import sys

from browser import ROOT, SECOND
from playwright.sync_api import expect

APP = """
import sys, time
import streamlit as st
sys.path.insert(0, {root!r})
from mnist_cnn.ui import turning

turning.forget_the_old_page()

def old():
    st.fragment(lambda: st.write("Tick ", time.time()), run_every=0.05)()
    st.fragment(turn, run_every=0.06)()

def turn():
    if st.button("Turn"):
        st.switch_page(new)

def late():
    st.write("first")
    time.sleep(1)
    st.write("last")
    st.fragment(tell, run_every=0.2)()

def tell():
    st.write("Told ", st.session_state.setdefault("times", 0))
    st.session_state.times += 1

new = st.Page(late)
st.navigation([st.Page(old, default=True), new]).run()
"""


def test_a_page_that_is_left_does_not_wipe_out_the_next(browser, tmp_path):
    (tmp_path / "app.py").write_text(APP.format(root=str(ROOT)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(tmp_path / "app.py"), "--server.headless", "true"]
    app = subprocess.Popen([*command, "--server.port", port, "--server.address", "127.0.0.1"], stdout=subprocess.DEVNULL)
    context = browser.new_context()
    try:
        page = context.new_page()
        for _ in range(100):
            try:
                page.goto(f"http://127.0.0.1:{port}")
                break
            except Exception:
                page.wait_for_timeout(0.1 * SECOND)
        page.get_by_role("button", name="Turn").click()
        expect(page.get_by_text("Told 5")).to_be_visible()
        expect(page.get_by_text("last")).to_be_visible()
    finally:
        context.close()
        app.kill()
