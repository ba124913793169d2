"""The anomaly detector: Panel in, Verdicts out. Knows no store and no page."""

from data.anomalies.detector.causes import CAUSES, Cause
from data.anomalies.detector.judge import judge
from data.anomalies.detector.panel import Panel, SumRule, from_rows
from data.anomalies.detector.verdicts import Verdicts

__all__ = ["CAUSES", "Cause", "Panel", "SumRule", "Verdicts", "from_rows", "judge"]
