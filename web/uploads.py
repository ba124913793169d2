"""What lies in memory because somebody chose it on the page and has not sent it: bounded for each and for all."""

import threading

from streamlit.runtime import Runtime, exists
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

PREFIX = "/_stcore/upload_file/"
MAX_OF_PERSON = 100 << 20  # bytes
MAX_OF_ALL = 400 << 20
_whose: dict[str, str] = {}  # Streamlit's session → the account that uploads in it
_lock = threading.Lock()


def has_room(path: str, user_code: str, size: int) -> bool:
    """Whether one more file of this size may come to Streamlit's upload route by this person. What a page let go of, or
    whose page was closed, counts no longer.
    """
    session = path.removeprefix(PREFIX).partition("/")[0]
    with _lock:
        held = _held()
        for gone in _whose.keys() - held.keys() - {session}:
            del _whose[gone]
        _whose[session] = user_code
        own = sum(held.get(other, 0) for other, holder in _whose.items() if holder == user_code)
    return own + size <= MAX_OF_PERSON and sum(held.values()) + size <= MAX_OF_ALL


def _held() -> dict[str, int]:
    """Streamlit's session → bytes of its uploads."""
    if not exists():
        return {}
    manager = Runtime.instance().uploaded_file_mgr
    if not isinstance(manager, MemoryUploadedFileManager):
        return {}
    stored = {session: list(files.values()) for session, files in list(manager.file_storage.items())}
    return {session: sum(len(file.data) for file in files) for session, files in stored.items()}
