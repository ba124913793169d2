"""Why a store cannot be used."""


class StoreError(Exception):
    """The store cannot be used; the text says what was expected, what was found and what to do."""


class StoreBusy(StoreError):
    """Another process has the store."""
