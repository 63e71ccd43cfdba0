"""TensorFlow's log stays off the terminal while it is imported; everything else arrives."""

import os

import pytest

from mnist_cnn.network import quiet


def test_only_what_is_written_meanwhile_is_silent(capfd):
    with quiet._silence():
        os.write(2, b"log")
    os.write(2, b"word")
    assert capfd.readouterr().err == "word"


def test_an_error_meanwhile_is_raised_and_can_be_told(capfd):
    with pytest.raises(ImportError, match="no such library"), quiet._silence():
        raise ImportError("no such library")
    os.write(2, b"word")
    assert capfd.readouterr().err == "word"
