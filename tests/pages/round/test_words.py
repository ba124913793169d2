"""The sentence of a round: what it may claim while others of the month are still to open, and when nothing is owed."""

from datetime import UTC, date, datetime

import pytest

from data.dues.rounds import RoundStanding
from data.dues.tally import Tally
from pages.round.words import round_sentence


@pytest.mark.parametrize(
    ("tally", "said"),
    [
        (Tally(on_time=3), "2026年10月数据：应报 3 份，全部按时报齐。"),
        (Tally(on_time=2, late=1), "2026年10月数据：应报 3 份，已报齐，其中迟报 1 份。"),
        (
            Tally(on_time=3, early=3, running=3),
            "2026年10月数据：目前应报 3 份，都已按时报送；本月还有数据尚未到报送期。",
        ),
        (
            Tally(on_time=2, late=1, running=3),
            "2026年10月数据：目前应报 3 份，都已报送，其中迟报 1 份；本月还有数据尚未到报送期。",
        ),
        (Tally(), "2026年10月数据：目前没有应报的。"),
        (Tally(exempt=2), "2026年10月数据：目前没有应报的。"),
    ],
)
def test_a_round_of_which_nothing_is_awaited(tally: Tally, said: str) -> None:
    assert round_sentence(RoundStanding(date(2026, 10, 1), datetime(2026, 11, 2, tzinfo=UTC), tally, (), ())) == said
