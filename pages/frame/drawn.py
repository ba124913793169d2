"""A figure in the form in which it goes to the browser: made once, sent as often as it is looked at."""

import json
from typing import Any

from plotly.basedatatypes import BaseFigure
from plotly.graph_objects import Figure


class Drawn(BaseFigure):
    """What st.plotly_chart takes for a figure, without what figures spend on each showing: a copy of everything, and a
    second pass over each number. It is never altered, and so may be kept for everybody who sees the same.
    """

    def __init__(self, figure: Figure) -> None:
        """Plotly's own __init__ would build the figure anew."""
        self._written: dict[str, Any] = json.loads(figure.to_json(validate=False))

    def to_dict(self) -> dict[str, Any]:
        """Numbers, texts, lists and dictionaries alone; NaN is None."""
        return self._written

    def __sizeof__(self) -> int:
        return 4 * len(json.dumps(self._written))  # lists and numbers take about as much more than they do written down
