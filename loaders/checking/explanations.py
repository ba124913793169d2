"""What counts as a real explanation of a check: words that say something, not that all is well."""

import re

from loaders.checking.values import plain

MIN_LENGTH = 6
_WORDS = (
    "以上 该 此 本 上述 数据 情况 内容 问题 数值 数字 填报 信息 已经 已 经 均 都 "
    "确实 确认 再次 反复 均已 业已 核实 核对 核查 检查 审核 复核 属实 真实 准确 正确 无误 没有错误 "
    "没错 没问题 无问题 正常 如实 有效 无 为 是 的 过 了 完毕 通过 没有 没 异常 误差 "
    "请 审批 审阅 批准 领导 谢谢 一切 实际 符合 相符 以 按 与 为准 来源 可靠 我科 科室 "
    "说明 需要 暂 不 其他 客观 原因 0 1 2 3 4 5 6 7 8 9 verified "
    "checked correct and no ok explanation data "
)
_STOCK = tuple(_WORDS.split())


def _is_stock(said: str) -> bool:
    """Made of stock words alone. By places reached, not by a pattern: words that overlap would take it for ever."""
    reached = {0}
    for start in range(len(said)):
        if start in reached:
            reached |= {start + len(word) for word in _STOCK if said.startswith(word, start)}
    return len(said) in reached


def is_real_explanation(text: str | None) -> bool:
    """At least six characters: not one repeated, no stock phrase such as 经核实无误, no single word in letters."""
    said = re.sub(r"[\W_]+", "", plain(text or ""))
    is_one_word = said.isascii() and len(re.findall(r"[A-Za-z]{2,}", plain(text or ""))) < 2
    return len(said) >= MIN_LENGTH and len(set(said)) > 2 and not is_one_word and not _is_stock(said.lower())
