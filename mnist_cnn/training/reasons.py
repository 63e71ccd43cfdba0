"""What ended a training, for people."""

import errno

from mnist_cnn.errors import StudioError


def why(error: Exception) -> tuple[str, dict[str, str]]:
    """A code of `errors.MESSAGES` for what was raised, and its values."""
    if isinstance(error, StudioError):
        return error.code, {key: _text(value) for key, value in error.values.items()}
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT):
        return "reason.disk_full", {}
    if number == errno.ENOMEM or isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return "reason.memory", {}
    told = (_text(error).strip().splitlines() or [""])[0][:200]
    return "reason.crashed", {"detail": told if number else f"{type(error).__name__}: {told}"}


def _text(value) -> str:
    """A value in words that any file can hold; of a path that is no text, "?" for what is none."""
    return str(value).encode("utf-8", "replace").decode("utf-8")
