"""The words of a store that cannot be used: what happened, what to do, and what there is to go back to."""

from locales import say


def store_title(error: Exception, locale: str) -> str:
    """What happened. error: a data.store_errors.StoreError; of any other no cause is known."""
    return say(locale, f"store.{_cause(error)}.title")


def store_words(error: Exception, locale: str) -> str:
    """What it means and what to do; where only a backup helps, the newest one and what it lacks."""
    said = say(locale, f"store.{_cause(error)}")
    if _cause(error) not in ("missing", "disk", "damaged", "damaged_log", "failed"):
        return said
    at, lost = error.details.get("at"), error.details.get("lost")
    backup = say(locale, "store.backup", at=at, lost="?" if lost is None else lost)
    return f"{said} {backup if at else say(locale, 'store.backup.none')}"


def _cause(error: Exception) -> str:
    """Of a store's error its own; the small file of the sessions fails for want of room too."""
    return getattr(error, "cause", "full" if "full" in str(error) else "other")
