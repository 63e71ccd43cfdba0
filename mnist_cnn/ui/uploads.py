"""Files that pages are given: of one page the server keeps few, whatever is sent to it."""

from contextlib import suppress
from functools import wraps

FILES, BYTES = 4, 40 * 2**20  # of one page, at most; it has one uploader, and no file is larger than half of that


def keep_few() -> None:
    """Have Streamlit drop a page's oldest files where it is given too many.

    It keeps all that is sent to the address of uploads, asked for or not, until the page is closed.
    """
    try:
        from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager as Manager

        add = Manager.add_file
    except (ImportError, AttributeError):  # another Streamlit
        return
    if hasattr(add, "__wrapped__"):
        return

    @wraps(add)
    def add_file(manager, session_id: str, file) -> None:
        add(manager, session_id, file)
        with suppress(AttributeError, TypeError):  # another Streamlit
            for old in _too_many(manager.file_storage.get(session_id, {})):
                manager.remove_file(session_id, old)

    Manager.add_file = add_file


def _too_many(files: dict) -> list[str]:
    """The oldest, by name, until the others are few and small enough; the last is kept in any case."""
    sizes = {name: len(file.data) for name, file in [*files.items()]}
    spare = []
    for name in [*sizes][:-1]:
        if len(sizes) <= FILES and sum(sizes.values()) <= BYTES:
            break
        sizes.pop(name)
        spare.append(name)
    return spare
