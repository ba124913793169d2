"""Rows that people add among and beneath the figures: totals, signatures, notes, dates. They are no data."""

import re

_SCOPE = r"(?:以上|上述|本月|本期|本季度?|本年度?|本页|本表|本科室?|全市|全局|全区|全部|各项|总|[Σ∑])?"
_TOTAL = re.compile(
    rf"(?:{_SCOPE}(?:合计|总计|小计|共计|总数|汇总|累计|合共|total|subtotal|grandtotal|sum)|[Σ∑]|[^\d\W]{{1,8}}(?:合计|小计|总计))"
    r"(?:数|额|数量|件数|项数|金额|面积|值|行)?(?:\([^()]*\))?[::]?(?:[^\w]*共?\d[\d,.]*[^\d]{0,6}[。.]?)?",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?:以上|总|合|本页|本表|本月)?共(?:计|有)?[::]?\d[\d,.]*[^\d\W]{1,3}[。.]?|(?:合|总|小)?计[::]\d[\d,.]*\w{0,3}"
)
_COMPUTED = re.compile(
    r"(?:本月|本年|本期|全市|合计|各项)?(?:平均(?:值|数)?|均值|(?:较?(?:同比|环比)|增减|增长)(?:增长|增减|增幅|变化|下降)?(?:率|额|数|幅度|情况)?"
    r"|(?:去年|上年|上月|上期)(?:同期|同月|累计)?(?:数|值|合计)?|占比|比重|最大值|最小值|差额)(?:\([^()]*\))?[::]?"
)
_NAMES = (
    "单位负责人",
    "科室负责人",
    "部门负责人",
    "主要负责人",
    "分管负责人",
    "分管领导",
    "主管领导",
    "审核人",
    "复核人",
    "经办人",
    "填报人",
    "填表人",
    "制表人",
    "统计人",
    "报送人",
    "编制人",
    "单位领导",
    "联系电话",
)
_SIGNED = re.compile(
    rf"\(?(?:(?:{'|'.join(_NAMES)})(?:员|签字|签名|签章|\((?:签字|签名|签章|盖章)\))*\)?(?:[::_\s].*|[^\d\W]{{0,3}})"
    r"|(?:负责人|审核|复核|制表|填表|填报|编制|联系人|联系方式|电话|手机|日期|时间|主管|分管|单位)(?:\([^()]*\))?[::].*"
    r"|(?:填报|填表|制表|报出|报送|编制|上报)(?:日期|时间)(?:[::_\s\d].*)?)",
    re.DOTALL,
)
_REMARK = re.compile(
    r"(?:※|\*?\s*备注(?=[::\s\d]|$)|\*?附?注\s*[::\d一二三四五.、]|注释|说明\s*[::\d]|填表说明|填报说明|编制说明|情况说明\s*[::]"
    r"|\(?(?:单位|科室|部门)?\(?(?:盖章|公章|签章)\)?(?=[::\s]|$)|[(—–-]*(?:以下空白|以下[为系是]|以下无正文|[此本]页无正文|以下无数据|无正文|以下略)|数据来源|资料来源|统计口径|附件\s*[::\d]"
    r"|(?:本表|此表|上表)[^\d\W]{2,}|以上(?:数据|情况|内容|均)|特此)"
)
_STAMP = re.compile(r"\((?:盖章|公章|签章|签字|签名)\)")
_PAGE = re.compile(r"-?第?\d+页(?:[,/]?共\d+页)?-?|共\d+页.*")
_DAY = re.compile(
    r"(?:20)?\d{2}年\d{1,2}月(?:\d{1,2}[日号])?|二[〇○零O0]{1,2}[一二三四五六七八九〇○零]{2}年[一二三四五六七八九十]{1,2}月"
    r"(?:[一二三四五六七八九十]{1,3}日)?|20\d{2}[-./]\d{1,2}[-./]\d{1,2}|年月日"
)
_NOTHING = re.compile(
    r"(?:本(?:月|期|季度?|年度?|单位|科室?))*(?:暂?无|没有)(?:此类?|相关)?(?:数据|业务|发生|项目|情况|内容|事项|案件)?(?:发生)?[。.]?"
)
_HEADING = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.．,]\s*[^\d\W].*", re.DOTALL)
_ITEM = re.compile(r"[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[)]?[.、．,)\s]\s*\D{4,}", re.DOTALL)
_LONGEST = 400


def is_total(text: str) -> bool:
    """合计 and its kin, however spaced: 合计:34件, 本页小计, 小计(住宅), 共4项; the text is plain already."""
    bare = "".join(text[:_LONGEST].split()).lower()
    return bool(_TOTAL.fullmatch(bare) or _COUNTED.fullmatch(bare))


def is_computed(text: str) -> bool:
    """What people work out beneath the figures: 平均值, 同比增长(%), 上年同期."""
    return bool(_COMPUTED.fullmatch("".join(text[:_LONGEST].split())))


def is_signature(text: str) -> bool:
    """What closes a sheet: 单位负责人：…, 注：…, 以下无正文, a stamp's place."""
    text = text[:_LONGEST]
    return bool(
        _REMARK.match(text) or _SIGNED.fullmatch(text) or _STAMP.search(text) or _PAGE.fullmatch("".join(text.split()))
    )


def is_day(text: str) -> bool:
    """A day or a month, and nothing else: 2026年10月31日."""
    return bool(_DAY.fullmatch("".join(text[:_LONGEST].split())))


def is_item(text: str) -> bool:
    """A line of notes that go on: 2. 合同价格以万元计."""
    return bool(_ITEM.match(text[:_LONGEST]))


def is_heading(text: str) -> bool:
    """The title of a part of a table: 一、政府投资项目, (二)社会投资."""
    return bool(_HEADING.fullmatch(text[:_LONGEST]))


def is_nothing(text: str) -> bool:
    """本月无, 无数据: words for a table in which there is nothing."""
    return bool(_NOTHING.fullmatch("".join(text[:_LONGEST].split())))


def is_remark(text: str) -> bool:
    """注：… and its kin, after which more lines of notes may follow."""
    return bool(_REMARK.match(text[:_LONGEST]))
