"""Rows that people add beneath the figures: totals and signatures. They are no data."""

TOTALS = frozenset({"合计", "总计", "小计", "本页合计", "total"})
SIGNATURES = (
    "单位负责人",
    "审核人",
    "填报人",
    "填表人",
    "制表人",
    "备注",
    "注:",
    "说明:",
    "联系电话",
    "填报日期",
)


def is_total(text: str) -> bool:
    """合计 and its kin, however spaced; the text is plain already."""
    return "".join(text.split()).lower().rstrip(":") in TOTALS


def is_signature(text: str) -> bool:
    """单位负责人：… and its kin."""
    return text.startswith(SIGNATURES)
