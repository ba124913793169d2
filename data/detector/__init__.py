"""The anomaly detector: Panel in, Verdicts out. Knows no store and no page."""

from data.detector.causes import CAUSES, Cause
from data.detector.judge import judge
from data.detector.panel import Panel, SumRule, from_rows
from data.detector.verdicts import Verdicts

__all__ = ["CAUSES", "Cause", "Panel", "SumRule", "Verdicts", "from_rows", "judge"]
