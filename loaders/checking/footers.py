"""Rows that people add beneath the figures: totals and signatures. They are no data."""

import re

_TOTAL = re.compile(r"(?:本月|本期|本页|全市|全局)?(?:合计|总计|小计|共计|总数|汇总|累计|total)(?:\([^()]*\))?:?")
SIGNATURES = (
    "单位负责人",
    "科室负责人",
    "主要负责人",
    "分管领导",
    "负责人:",
    "审核人",
    "审核:",
    "复核人",
    "经办人",
    "填报人",
    "填表人",
    "制表人",
    "制表:",
    "联系人:",
    "联系电话",
    "填报日期",
    "填报时间",
    "填表日期",
    "填表说明",
    "报出日期",
    "日期:",
    "备注",
    "※",
    "注:",
    "注1",
    "说明:",
    "(盖章)",
    "以下空白",
)


def is_total(text: str) -> bool:
    """合计 and its kin, however spaced; the text is plain already."""
    return bool(_TOTAL.fullmatch("".join(text.split()).lower()))


def is_signature(text: str) -> bool:
    """单位负责人：… and its kin."""
    return text.startswith(SIGNATURES)
