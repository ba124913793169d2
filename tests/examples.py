"""How many examples property tests try: a few and always the same ordinarily; all, and at random, in the slow run."""

import pytest
from hypothesis import HealthCheck, settings

FEW, FULL = "few", "full"
ORDINARY = 4
"""Of how many variants of one test the ordinary run tries."""
settings.register_profile(FEW, derandomize=True, database=None)
settings.register_profile(FULL)


def examples(number: int) -> settings:
    """That many examples in the slow run, a fifth of them in the ordinary one; no deadline for one."""
    tried = number if settings.get_current_profile_name() == FULL else -(-number // 5)
    return settings(max_examples=tried, deadline=None, suppress_health_check=list(HealthCheck))


def is_slow_run(config: pytest.Config) -> bool:
    """Whether the tests marked slow were asked for: -m slow."""
    asked = config.option.markexpr
    return "slow" in asked and "not slow" not in asked


def count_as_slow_too(items: list[pytest.Item]) -> None:
    """Property tests belong to the slow run as well, with all their examples."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.slow)


def thin_out(items: list[pytest.Item]) -> None:
    """Of the parameters of each test in a module marked `variants`, a few run ordinarily, spread over all of them from
    the first to the last, and the others in the slow run.
    """
    of_test: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("variants"):
            of_test.setdefault(item.nodeid.split("[")[0], []).append(item)
    for variants in of_test.values():
        ordinary = {round(n * (len(variants) - 1) / (ORDINARY - 1)) for n in range(ORDINARY)}
        for number, item in enumerate(variants):
            if number not in ordinary:
                item.add_marker(pytest.mark.slow)
