"""The answer in ten seconds: better or worse than before, and the names that owe."""

from collections.abc import Sequence
from fractions import Fraction

import text
from data.catalogue.model import Catalogue
from data.dues.compared import Against
from data.dues.rounds import RoundStanding
from text import t


def against_words(rate: Fraction | None, earlier: Sequence[Against]) -> str:
    """按时率 79.59%，比上月（93.02%）低 13.43 个百分点，和去年同月（79.59%）持平。 Empty where there is nothing to
    compare with."""
    parts = [
        t(
            f"round.against.{'same' if not one.gained else 'better' if one.gained > 0 else 'worse'}",
            month=t(f"round.against.{one.months_before}", month=text.month_name(one.month)),
            rate=text.rate(one.rate),
            points=f"{abs(float(one.gained)) * 100:.2f}".rstrip("0").rstrip("."),
        )
        for one in earlier
    ]
    return t("round.against", rate=text.rate(rate), said=t("round.join").join(parts)) if parts else ""


def names_owing(catalogue: Catalogue, standing: RoundStanding, most: int) -> str:
    """谁还没报：质量安全监督站 3 份、执法支队 2 份: whoever owes what was not extended, of many the first. Empty:
    nobody does.
    """
    numbers = [(code, tally.owed - tally.extended) for code, tally in standing.units]
    owing = sorted(((code, number) for code, number in numbers if number), key=lambda unit: -unit[1])
    names = [f"{text.unit_name(catalogue, code)} {t('copies', number=number)}" for code, number in owing[:most]]
    said = t("list.comma").join(names)
    said = t("round.names.more", names=said, units=len(owing)) if len(owing) > most else said
    what = t("overview.who_owes" if standing.is_over else "overview.who_is_left")
    return t("round.names", what=what, names=said) if owing else ""
