"""The Chinese words of a workbook. It is the bureau's paper, so it does not follow the screen's language."""

from collections.abc import Mapping
from types import MappingProxyType

from data.catalogue.model import Column, ColumnType, Severity

PROMPT_LIMIT = 255
PROMPT_TITLE_LIMIT = 32
ERROR_LIMIT = 225

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "unit": "填报单位：",
        "period": "报送期：",
        "deadline": "截止：",
        "title": "{code} {name}",
        "unit_value": "{name}（{code}）",
        "automatic": "可留空",
        "required": "必填",
        "optional": "选填",
        "conditional": "条件必填",
        "yes": "是",
        "no": "否",
        "signatures": ("　" * 9).join(("单位负责人：", "审核人：", "填报人：", "联系电话：", "填报日期：")),
        "page": "第 &P 页 共 &N 页",
        "error_title": "请检查填写内容",
        "error": "“{label}”应填{kind}{range}。请点“重试”修改，或点“取消”恢复原值。",
        "notes_sheet": "填报说明",
        "notes_title": "填报说明 · {code} {name}",
        "notes_columns": "各列怎么填",
        "notes_rules": "要满足的核对关系",
        "notes_no_rules": "本表没有核对关系。",
        "notes_severity": "强制性：不满足会被退回；核实性：可以报送，但须写明真实原因；提示：仅供参考。",
    }
)

COLUMN_HEADS = ("序号", "列名", "类型", "计量单位", "必填", "取值范围", "说明")
RULE_HEADS = ("序号", "编号", "级别", "要求")

STEPS = (
    "1. 只需填写报表（有深色表头的那张）第 5 行起的空白行，一行一条；标题、表头和列的次序请勿改动。",
    "2. 深色表头必填，浅色表头选填（标“条件必填”的，符合第二张表所写条件时必填）；"
    "灰色的“报送期”“填报单位”可留空，由系统自动带入。"
    "一行开始填写后，漏填的必填格会显示浅黄色。",
    "3. 点选单元格即有填写提示；带下拉箭头的请从列表中选；百分数填 98.5 表示 98.5%，不要输入“%”；日期填成 2026-10-09。",
    "4. 编号、代码列已设为文本，可直接输入 18 位编号；从别处复制请用“选择性粘贴—数值”，以免带入别的格式。",
    "5. 填好后保存为 .xlsx 上传，截止：{deadline}。若被退回，系统会逐格写明原因，截止前改好重新上传即可。",
)

TYPES: Mapping[ColumnType, str] = MappingProxyType(
    {
        ColumnType.PERIOD: "报送期",
        ColumnType.UNIT: "单位",
        ColumnType.INT: "整数",
        ColumnType.DEC: "数值（可含小数）",
        ColumnType.PCT: "百分数",
        ColumnType.ENUM: "下拉选择",
        ColumnType.BOOL: "是/否",
        ColumnType.DATE: "日期",
        ColumnType.CODE: "编号（文本）",
        ColumnType.STR: "文字",
    }
)

SEVERITIES: Mapping[Severity, str] = MappingProxyType(
    {Severity.ERROR: "强制性", Severity.CHECK: "核实性", Severity.NOTE: "提示"}
)

HOW: Mapping[ColumnType, str] = MappingProxyType(
    {
        ColumnType.PERIOD: "可留空，自动取本表报送期。",
        ColumnType.UNIT: "可留空，自动取本表填报单位。",
        ColumnType.PCT: "填 98.5 表示 98.5%，不要输入“%”。",
        ColumnType.DATE: "填成 2026-10-09 的样式。",
        ColumnType.ENUM: "请从下拉列表中选择。",
        ColumnType.BOOL: "请从下拉列表中选择。",
    }
)


def yes_no(column: Column) -> tuple[str, ...]:
    """The values to choose from; 是/否 where a bool column names none."""
    if column.type is ColumnType.BOOL and not column.values:
        return (WORDS["yes"], WORDS["no"])
    return column.values


def number(value: float) -> str:
    """A bound as people write it: 1,000,000 and 0.5."""
    return f"{value:,.12g}"


def range_words(column: Column) -> str:
    """The allowed values in words; empty when anything of the type will do."""
    if column.values or column.type is ColumnType.BOOL:
        return "、".join(yes_no(column))
    if column.type.is_number:
        return _bounds(column)
    return f"不超过 {column.max_length} 字" if column.max_length else ""


def _bounds(column: Column) -> str:
    if column.above is None and column.min is not None and column.max is not None:
        return f"{number(column.min)}–{number(column.max)}"
    bounds = (("＞", column.above), ("≥", column.min), ("≤", column.max))
    return "，".join(f"{sign}{number(value)}" for sign, value in bounds if value is not None)


def error_words(column: Column) -> str:
    """What Excel says when it refuses a value."""
    allowed = range_words(column)
    room = ERROR_LIMIT - 80
    ranged = f"（{allowed if len(allowed) <= room else allowed[:room] + '…'}）" if allowed else ""
    kind = TYPES[column.type] + ("，如 2026-10-09" if column.type is ColumnType.DATE else "")
    return WORDS["error"].format(label=column.label["zh-CN"], kind=kind, range=ranged)[:ERROR_LIMIT]
