"""What a rule holds a cell against in other returns: each figure, and where it stands."""

from datetime import datetime
from typing import Any

from data.anomalies.others import Asked, others_at
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Template
from data.catalogue.others import Reach, others_of
from data.store import Store
from data.submissions.cell import CellRule
from data.submissions.form import Delivered, FormRow


def held_against(
    store: Store, as_of: datetime, of: Delivered, template: Template, row: FormRow, rule: CellRule
) -> list[dict[str, Any]]:
    """As `data.anomalies.others.Others.told` has them, as they count at as_of; value None: not known, and the rule is
    not asked. Empty for a rule of one row.
    """
    wanted = [other for other in others_of(rule.expression) if other.reach is not Reach.TOTAL]
    if not wanted:
        return []
    asked = Asked(of.unit_code, template, of.period)
    others = others_at(store, as_of, catalogue_in_force(store), [asked])
    others.work_out([asked])
    return [others.told(asked, other, row.row_key or "") for other in wanted]
