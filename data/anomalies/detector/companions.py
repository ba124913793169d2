"""What the other columns of the same return tell: where sales are high, the floor area sold is high as well."""

import numpy

from data.anomalies.detector.ordering import median
from data.anomalies.detector.panel import Matrix, Panel

CLIP = 5.0  # spreads: a companion that is itself far off may not excuse more; beyond, slips outnumber true months
RIDGE = 30.0  # as many unit-months of "no connection"; a panel of five units needs half a year to overrule it
MOST = 20  # companions of a column, the closest ones; more say nothing new and cost the cube of their number
LEAST_CELLS = 30  # standardised residuals without which a gain in precision is not believed


def companions(panel: Panel, residual: Matrix, spread: Matrix) -> tuple[Matrix, numpy.ndarray]:
    """The shift of each cell that the other columns of its unit and month suggest, and the factor by which knowing it
    narrows the spread (one a series). Columns bound by a sum rule are no companions: a part that was changed together
    with its total would be excused by it."""
    shift, narrowing = numpy.zeros_like(residual), numpy.ones(len(residual))
    bound = _bound(panel)
    for source in dict.fromkeys(panel.source):
        rows = numpy.flatnonzero(panel.source == source)
        names, column = numpy.unique(panel.indicator[rows], return_inverse=True)
        if len(names) < 2:
            continue
        units, unit = numpy.unique(panel.unit[rows], return_inverse=True)
        cube = numpy.zeros((len(units), residual.shape[1], len(names)))
        cube[unit, :, column] = clipped(residual[rows] / spread[rows])
        flat = cube.reshape(-1, len(names))
        told = flat @ _coefficients(flat, _allowed(names, bound.get(source, set())))
        told = told.reshape(cube.shape)[unit, :, column]
        shift[rows] = told * spread[rows]
        narrowing[rows] = _narrowing(residual[rows] / spread[rows], told, column)
    return shift, narrowing


def clipped(standard: Matrix) -> Matrix:
    """Deviations in spreads, as companions are told of them; what is not known is as expected."""
    return numpy.nan_to_num(numpy.clip(standard, -CLIP, CLIP))


def coefficients(panel: Panel, residual: Matrix, spread: Matrix) -> tuple[numpy.ndarray, Matrix]:
    """Of a panel of one source: the number of each series' column, and by how many of its spreads each column (matrix
    row) that is one spread off shifts each other (matrix column), as `companions` has it."""
    names, column = numpy.unique(panel.indicator, return_inverse=True)
    units, unit = numpy.unique(panel.unit, return_inverse=True)
    cube = numpy.zeros((len(units), residual.shape[1], len(names)))
    cube[unit, :, column] = clipped(residual / spread)
    bound = _bound(panel).get(str(panel.source[0]), set())
    return column, _coefficients(cube.reshape(-1, len(names)), _allowed(names, bound))


def _bound(panel: Panel) -> dict[str, set[tuple[str, str]]]:
    pairs: dict[str, set[tuple[str, str]]] = {}
    for rule in panel.rules:
        names = [str(panel.indicator[row]) for row in (rule.total, *rule.parts)]
        pairs.setdefault(str(panel.source[rule.total]), set()).update((a, b) for a in names for b in names)
    return pairs


def _allowed(names: numpy.ndarray, bound: set[tuple[str, str]]) -> numpy.ndarray:
    allowed = ~numpy.eye(len(names), dtype=bool)
    for n, name in enumerate(names):
        for m, other in enumerate(names):
            allowed[n, m] &= (str(name), str(other)) not in bound
    return allowed


def _coefficients(flat: Matrix, allowed: numpy.ndarray) -> Matrix:
    """Ridge regression of every column on those allowed beside it: what each of them (row) adds to it (column)."""
    square = flat.T @ flat
    coefficients = numpy.zeros_like(square)
    for n in range(flat.shape[1]):
        beside = numpy.flatnonzero(allowed[n])
        beside = beside[numpy.argsort(-numpy.abs(square[beside, n]), kind="stable")[:MOST]]
        if len(beside):
            ridge = square[numpy.ix_(beside, beside)] + RIDGE * numpy.eye(len(beside))
            coefficients[beside, n] = numpy.linalg.solve(ridge, square[beside, n])
    return coefficients


def _narrowing(standard: Matrix, told: Matrix, column: numpy.ndarray) -> numpy.ndarray:
    factor = numpy.ones(len(standard))
    for n in range(column.max() + 1):
        rows = column == n
        before, after = standard[rows].ravel(), (standard[rows] - told[rows]).ravel()
        if (~numpy.isnan(before)).sum() >= LEAST_CELLS:
            ratio = median(numpy.abs(after)) / numpy.maximum(median(numpy.abs(before)), 1e-9)
            factor[rows] = numpy.clip(ratio, 0.1, 1)
    return factor
