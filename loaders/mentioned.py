"""The words of the places that say whose or which period a sheet is."""

from loaders.issues import Issue
from locales import say


def mentioned(issue: Issue, locale: str) -> dict[str, str]:
    """places: each place with what it says (what was found, for an issue without); within: the same in brackets, empty
    where there is none.
    """
    mentions = issue.details.get("mentions", ())
    places = say(locale, "list.comma").join(say(locale, f"mention.{one['where']}", **one) for one in mentions)
    within = say(locale, "mention.within", places=places) if places else ""
    return {"places": places or str(issue.details.get("found", "")), "within": within}
