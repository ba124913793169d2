"""Reporting errors planted into true figures, as people make them: slips of the point and the unit, digits, copies,
exchanged columns, the year so far, wrong totals. One error a place, about one figure in fifty."""

from collections.abc import Callable

import numpy
import pandas

RATE = 0.019  # of figures are made wrong
# How often each kind is met, out of a hundred; those that begin with X_ are told by no recipe of their own.
SHARES = {
    "unit_slip": 16,
    "decimal_slip": 15,
    "transposition": 10,
    "zero_for_missing": 9,
    "X_digit_drop": 8,
    "copy_cell": 8,
    "column_swap": 4,
    "cumulative": 5,
    "X_other_unit": 4,
    "X_lastyear_copy": 4,
    "copy_form": 1,
    "sign_flip": 2,
    "total_mismatch": 8,
    "doubled": 3,
    "X_anything": 3,
}
TOTALS = 5  # times as many wrong totals in the one panel of ten that has totals
Luck = numpy.random.Generator
Place = tuple[int, int]  # row of the panel, month


class Planted:
    """A panel's true figures (series x month, NaN where nothing was reported), and what was reported instead.

    names: one row a series: unit, indicator, dec, flow. totals: rows that are sums, with the rows of their parts.
    """

    def __init__(self, true: numpy.ndarray, names: pandas.DataFrame, totals: dict[int, list[int]]) -> None:
        self.true, self.names, self.totals = true, names, totals
        self.seen, self.kind = true.copy(), numpy.full(true.shape, "", dtype=object)
        self.ignore = numpy.zeros(true.shape, bool)

    def put(self, place: Place, figure: float, kind: str) -> bool:
        """Report this figure at a place where nothing is planted yet; False where that changes nothing."""
        true = self.true[place]
        if self.kind[place] or self.ignore[place] or numpy.isnan(true) or numpy.isnan(figure) or figure == true:
            return False
        self.seen[place], self.kind[place] = figure, kind
        return True


def plant(true: numpy.ndarray, names: pandas.DataFrame, totals: dict[int, list[int]], luck: Luck) -> Planted:
    """RATE of the figures made wrong, kinds drawn by SHARES as far as the panel has room for them."""
    planted = Planted(true, names.reset_index(drop=True), totals)
    kinds, shares = list(SHARES), numpy.array([*SHARES.values()], float)
    shares[kinds.index("total_mismatch")] *= TOTALS if totals else 0
    wanted = round(RATE * (~numpy.isnan(true)).sum())
    for _ in range(20 * wanted):
        if (planted.kind != "").sum() >= wanted:
            break
        rows, columns = numpy.nonzero(~numpy.isnan(true))
        pick = luck.integers(len(rows))
        kind = str(luck.choice(kinds, p=shares / shares.sum()))
        place = (int(rows[pick]), int(columns[pick]))
        if _WAYS[kind](planted, place, luck) and luck.random() < 0.5:
            _total_again(planted, place, kind)
    return planted


def _total_again(planted: Planted, place: Place, kind: str) -> None:
    """A sheet that adds up by itself carries a part's error into the total; which cell is at fault is then open."""
    row, column = place
    for total, parts in planted.totals.items():
        if row in parts and kind != "total_mismatch" and not planted.kind[total, column]:
            planted.seen[total, column] = numpy.nansum(planted.seen[parts, column])
            planted.ignore[total, column] = True


def _power(powers: list[int], kind: str) -> Callable[[Planted, Place, Luck], bool]:
    def way(planted: Planted, place: Place, luck: Luck) -> bool:
        digits = max(int(planted.names["dec"][place[0]]), 2)
        figure = round(float(planted.true[place]) * 10.0 ** int(luck.choice(powers)), digits)
        return figure != 0 and planted.put(place, figure, kind)

    return way


def _digits(planted: Planted, place: Place) -> tuple[str, float]:
    unit = 10.0 ** -float(planted.names["dec"][place[0]])
    return str(round(abs(float(planted.true[place])) / unit)), unit


def _transposition(planted: Planted, place: Place, luck: Luck) -> bool:
    text, unit = _digits(planted, place)
    spots = [n for n in range(len(text) - 1) if text[n] != text[n + 1] and not (n == 0 and text[1] == "0")]
    if not spots:
        return False
    n = int(luck.choice(spots))
    return planted.put(place, int(text[:n] + text[n + 1] + text[n] + text[n + 2 :]) * unit, "transposition")


def _digit_drop(planted: Planted, place: Place, luck: Luck) -> bool:
    text, unit = _digits(planted, place)
    n = int(luck.integers(len(text)))
    typed = text[:n] + text[n + 1 :] if luck.random() < 0.6 else text[:n] + text[n] + text[n:]
    return len(text) > 2 and planted.put(place, int(typed) * unit, "X_digit_drop")


def _of_month(lag: int, kind: str) -> Callable[[Planted, Place, Luck], bool]:
    def way(planted: Planted, place: Place, luck: Luck) -> bool:
        row, column = place
        earlier = planted.true[row, column - lag] if column >= lag else numpy.nan
        return earlier != 0 and planted.put(place, earlier, kind)

    return way


def _form(planted: Planted, place: Place, luck: Luck) -> bool:
    unit, column = planted.names["unit"][place[0]], place[1]
    rows = numpy.flatnonzero(planted.names["unit"] == unit)
    return column > 0 and any([planted.put((row, column), planted.true[row, column - 1], "copy_form") for row in rows])


def _other_unit(planted: Planted, place: Place, luck: Luck) -> bool:
    row, column = place
    rows = numpy.flatnonzero(planted.names["indicator"] == planted.names["indicator"][row])
    figure = planted.true[luck.choice(rows), column]
    return figure != 0 and planted.put(place, figure, "X_other_unit")


def _swap(planted: Planted, place: Place, luck: Luck) -> bool:
    row, column = place
    other = int(luck.choice(numpy.flatnonzero(planted.names["unit"] == planted.names["unit"][row])))
    mine, theirs = planted.true[row, column], planted.true[other, column]
    if other == row or mine == theirs or planted.kind[other, column] or planted.ignore[other, column]:
        return False
    return planted.put((row, column), theirs, "column_swap") and planted.put((other, column), mine, "column_swap")


def _cumulative(planted: Planted, place: Place, luck: Luck) -> bool:
    """From a month on the year so far, for one to three months within the year."""
    row, column = place
    if not planted.names["flow"][row] or planted.names["january"][row] < 0:
        return False
    done = False
    for at in range(column, min(column + int(luck.integers(1, 4)), planted.true.shape[1])):
        month = (at + planted.names["january"][row]) % 12
        if month == 0 or at < month or month < at - column:
            break
        done |= planted.put((row, at), numpy.nansum(planted.true[row, at - month : at + 1]), "cumulative")
    return done


def _wrong_total(planted: Planted, place: Place, luck: Luck) -> bool:
    if not planted.totals:
        return False
    total = int(luck.choice(list(planted.totals)))
    factor = 1 + luck.choice([-1, 1]) * luck.uniform(0.02, 0.3)
    unit = 10.0 ** -float(planted.names["dec"][total])
    figure = round(planted.true[total, place[1]] * factor / unit) * unit if planted.true[total, place[1]] > 0 else 0.0
    return planted.put((total, place[1]), figure, "total_mismatch")


def _times(pick: Callable[[Luck], float], kind: str) -> Callable[[Planted, Place, Luck], bool]:
    def way(planted: Planted, place: Place, luck: Luck) -> bool:
        unit = 10.0 ** -float(planted.names["dec"][place[0]])
        return planted.put(place, round(planted.true[place] * pick(luck) / unit) * unit, kind)

    return way


_WAYS: dict[str, Callable[[Planted, Place, Luck], bool]] = {
    "unit_slip": _power([2, -2, 4, -4], "unit_slip"),
    "decimal_slip": _power([1, -1], "decimal_slip"),
    "transposition": _transposition,
    "zero_for_missing": _times(lambda luck: 0.0, "zero_for_missing"),
    "X_digit_drop": _digit_drop,
    "copy_cell": _of_month(1, "copy_cell"),
    "column_swap": _swap,
    "cumulative": _cumulative,
    "X_other_unit": _other_unit,
    "X_lastyear_copy": _of_month(12, "X_lastyear_copy"),
    "copy_form": _form,
    "sign_flip": _times(lambda luck: -1.0, "sign_flip"),
    "total_mismatch": _wrong_total,
    "doubled": _times(lambda luck: 2.0, "doubled"),
    "X_anything": _times(lambda luck: numpy.exp(luck.choice([-1, 1]) * luck.uniform(1, 7)), "X_anything"),
}
