"""Rubbish is collected once a minute instead of after each rerun, and never among what the start left behind."""

import gc
import threading

SECONDS = 60


class Collecting:
    """Streamlit looks through every object of the process after each rerun, which takes longer than the rerun
    (`runner.postScriptGC`, switched off in .streamlit/config.toml). Closed sessions are rings of objects, which only a
    whole collection finds: this is it.
    """

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._collect, name="collecting", daemon=True)

    def start(self) -> None:
        """Begin; modules, catalogue and whatever else is there by now are never looked through again."""
        gc.collect()
        gc.freeze()
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for that; does nothing where it has not begun."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def _collect(self) -> None:
        while not self._ending.wait(SECONDS):
            gc.collect()
