"""What a good enough reason is: the one place that judges what people give as one, whatever they give it for."""

import re
import unicodedata
from dataclasses import dataclass

MAX_LENGTH = 500
_FIRST_IDEOGRAPH = "\u2e80"
_WORDS = (
    "以上 该 此 本 上述 数据 情况 内容 问题 数值 数字 填报 信息 已经 已 经 均 都 "
    "确实 确认 再次 反复 均已 业已 核实 核对 核查 检查 审核 复核 属实 真实 准确 正确 无误 没有错误 "
    "没错 没问题 无问题 正常 如实 有效 无 为 是 的 过 了 完毕 通过 没有 没 异常 误差 "
    "请 审批 审阅 批准 领导 谢谢 一切 实际 符合 相符 以 按 与 为准 来源 可靠 我科 科室 "
    "说明 需要 暂 不 其他 客观 原因 0 1 2 3 4 5 6 7 8 9 verified "
    "checked correct and no ok explanation data "
)
_STOCK = tuple(_WORDS.split())


@dataclass(frozen=True)
class Standard:
    """How much a reason must say: so many characters without signs; may stock phrases alone be one?"""

    min_length: int
    takes_stock: bool


FIGURE = Standard(6, takes_stock=False)
"""Why a figure is as it is: that it was checked (经核实数据无误) explains nothing."""
DECISION = Standard(4, takes_stock=True)
"""Why somebody decided: 系统故障 is enough, and 经核实属实 answers an objection."""


def is_reason(text: str | None, standard: Standard) -> bool:
    """Long enough, not one or two characters repeated, no single word in letters; for a figure no stock phrase."""
    written = _without_marks(unicodedata.normalize("NFKC", text or ""))
    said = re.sub(r"[\W_]+", "", written)
    is_spelt = all(letter < _FIRST_IDEOGRAPH for letter in said)
    is_one_word = is_spelt and len(re.findall(r"[^\W\d_]{2,}", written)) < 2
    if len(said) < standard.min_length or len(set(said)) <= 2 or is_one_word:
        return False
    return standard.takes_stock or not _is_stock(said.lower())


def tidy(text: str) -> str:
    """A reason as it is kept: one line, not longer than anybody reads."""
    return " ".join(text.split())[:MAX_LENGTH]


def _without_marks(text: str) -> str:
    """Without characters that are not seen: they would part a word in two."""
    return "".join(
        character for character in text if character.isspace() or unicodedata.category(character) not in ("Cf", "Cc")
    )


def _is_stock(said: str) -> bool:
    """Made of stock words alone. By places reached, not by a pattern: words that overlap would take it for ever."""
    reached = {0}
    for start in range(len(said)):
        if start in reached:
            reached |= {start + len(word) for word in _STOCK if said.startswith(word, start)}
    return len(said) in reached
