# make run: the app on http://localhost:8501        make test: all tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test browser models sketch clean

run: $(VENV)/run
	$(BIN)/streamlit run streamlit_app.py --server.port 8501

# Two tests at a time: much of what they do is waiting for a browser or for a process to start. Whoever is done takes
# half of what the other has left, so that neither waits for the longest files.
test: $(VENV)/test browser
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

# For the tests in a real browser: Debian's Chromium where we may install it, else Playwright's own.
browser: $(VENV)/test
	@which chromium-headless-shell chromium chromium-browser google-chrome | grep -q . \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	       && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null; } \
	  || $(BIN)/playwright install chromium \
	  || echo "*** NO BROWSER COULD BE INSTALLED: the tests in a real browser will be skipped ***"

$(VENV)/run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14) and "Python 3.10 to 3.13 is needed, as TensorFlow has it; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.13")'
	@$(PYTHON) -c 'import platform, sys; sys.exit((platform.system(), platform.machine()) == ("Darwin", "x86_64") and "TensorFlow is no longer made for Macs with an Intel processor.")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/test: requirements-dev.txt $(VENV)/run
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Train the runs that ship with the app again (needs MNIST).
models: $(VENV)/run
	rm -rf models/quick models/tutorial
	$(BIN)/python -m mnist_cnn train --preset quick --ship
	$(BIN)/python -m mnist_cnn train --preset tutorial --ship

# The Sketch run needs pen strokes as well: MNIST_CNN_STROKES names the file.
sketch: $(VENV)/run
	rm -rf models/sketch
	$(BIN)/python -m mnist_cnn train --preset sketch --ship

clean:
	rm -rf $(VENV) .pytest_cache .hypothesis
