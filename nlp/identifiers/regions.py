"""Provinces: the short names registrations carry and the first two digits of GB/T 2260 codes."""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23",
    "沪": "31", "苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37", "豫": "41",
    "鄂": "42", "湘": "43", "粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51", "蜀": "51",
    "贵": "52", "黔": "52", "云": "53", "滇": "53", "藏": "54", "陕": "61", "陇": "62", "甘": "62",
    "青": "63", "宁": "64", "新": "65",
}  # fmt: skip
"""蜀, 黔, 滇 and 陇 are what ICP filings write for 川, 贵, 云 and 甘 (rulebase §4)."""
SHORT_NAMES: Final = "".join(CODES)
ELSEWHERE: Final = "台港澳"
"""Short names that no filing of the mainland begins with (rulebase §4 省简称集)."""
PROVINCE_CODES: Final = frozenset(CODES.values()) | {"71", "81", "82"}

PLACES: Final = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽",
    "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州",
    "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "香港", "澳门", "深圳", "广州", "杭州",
    "南京", "苏州", "成都", "武汉", "西安", "长沙", "郑州", "青岛", "宁波", "厦门", "大连", "济南",
    "合肥", "福州", "昆明", "南昌", "南宁", "贵阳", "太原", "石家庄", "哈尔滨", "长春", "沈阳", "兰州",
    "海口", "乌鲁木齐", "呼和浩特", "银川", "西宁", "拉萨", "珠海", "东莞", "佛山", "无锡", "常州", "温州",
    "泉州", "绍兴", "嘉兴", "徐州", "南通", "烟台", "潍坊", "洛阳", "唐山", "惠州", "中山", "中国",
)  # fmt: skip
"""What company names begin with: provinces, their capitals, larger cities."""
