"""What the commands about figures refuse."""

import pytest

from data.commands import main


@pytest.mark.parametrize("threshold", ["nan", "inf", "-inf", "-1", "0"])
def test_a_threshold_that_is_none_is_refused(threshold, capsys):
    assert main(["compare", "--method", "z_score", f"--threshold={threshold}"]) == 2
    assert "--threshold: expected a number above 0" in capsys.readouterr().err
