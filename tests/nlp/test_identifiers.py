"""Who is behind a page: every kind of identifier with its checks, and what only looks like one."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.analyse import Analyser
from nlp.finding import Identifier
from nlp.identifiers import KINDS, find_identifiers, mask
from nlp.normalise import Normaliser
from nlp.rulebook import load_rulebook

TODAY = date(2026, 11, 23)
RULES = Path(__file__).resolve().parents[2] / "rules"

FOOTER = """版权所有 © 2015-2026 深圳示范安心信息服务有限公司
粤ICP备14005127号-1 粤公网安备44030702001234号 粤B2-20100348
统一社会信用代码：91440300708461136T 咨询热线：400-800-1234 客服QQ：123456789"""


def found(text: str) -> list[Identifier]:
    return list(find_identifiers(text, TODAY))


def only(text: str) -> Identifier:
    (identifier,) = found(text)
    return identifier


def test_it_works() -> None:
    identifiers = found(FOOTER)
    assert [(each.kind, each.value) for each in identifiers] == [
        ("company", "深圳示范安心信息服务有限公司"),
        ("icp", "粤ICP备14005127号-1"),
        ("police_record", "粤公网安备44030702001234号"),
        ("telecom_licence", "粤B2-20100348"),
        ("uscc", "91440300708461136T"),
        ("phone", "4008001234"),
        ("qq", "123456789"),
    ]
    assert all(each.valid and each.registry == "unchecked" for each in identifiers)


VALUES = [
    ("ＩＣＰ：京ICP备 14005127 号", "icp", "京ICP备14005127号"),
    ("粤ICP备2026073665号-1A", "icp", "粤ICP备2026073665号-1A"),
    ("蜀icp备12345678号", "icp", "蜀ICP备12345678号"),
    ("京ICP证040599号", "icp_licence", "京ICP证040599号"),
    ("增值电信业务经营许可证：B1.B2-20190001", "telecom_licence", "B1.B2-20190001"),
    ("京公网安备 11010502030143号", "police_record", "京公网安备11010502030143号"),
    ("税号 91440300708461136t", "uscc", "91440300708461136T"),
    ("组织机构代码证：70846113-6", "org_code", "70846113-6"),
    ("营业执照注册号：110108000000016", "registration_number", "110108000000016"),
    ("支付业务许可证 Z2000133000019", "payment_licence", "Z2000133000019"),
    ("基金销售业务资格证书编号：000000378", "fund_sales_licence", "000000378"),
    ("私募基金管理人登记编号为P1001234", "private_fund_manager", "P1001234"),
    ("产品备案编码：SEX123", "private_fund_product", "SEX123"),
    ("联系电话：138-0013-8000", "phone", "13800138000"),
    ("致电(0755)83765566", "phone", "0755-83765566"),
    ("01083765566", "phone", "010-83765566"),
    ("客服热线95588", "phone", "95588"),
    ("加微信：licai_888", "wechat", "licai_888"),
    ("+V信 abc12345 领资料", "wechat", "abc12345"),
    ("vx：13800138000", "wechat", "13800138000"),
    ("QQ群 987654321", "qq", "987654321"),
    ("收款账号：6222 0200 0000 0000 000", "bank_card", "6222020000000000000"),
    ("户名：张三丰，开户行工商银行", "payee", "张三丰"),
    ("收币地址 TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "chain_address", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
    ("打到1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "chain_address", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    (
        "地址0x52908400098527886E0F7030069857D2E4169EE7",
        "chain_address",
        "0x52908400098527886E0F7030069857D2E4169EE7",
    ),
    ("下载 https://down.example/a/app-v2.apk 安装", "app_download", "https://down.example/a/app-v2.apk"),
    ("https://apps.apple.com/cn/app/id1", "app_store", "https://apps.apple.com/cn/app/id1"),
]


@pytest.mark.parametrize(("text", "kind", "value"), VALUES)
def test_every_kind_is_found_and_normalised(text: str, kind: str, value: str) -> None:
    assert (only(text).kind, only(text).value) == (kind, value)


MORE_VALUES = [
    # rulebase §4 ICP备案, ICP经营许可, 公安备案
    ("京ICP证：040599号", "icp_licence", "京ICP证040599号"),
    ("公安备案号：11010502030143", "police_record", "公网安备11010502030143号"),
    ("京公网安备110105020301号", "police_record", "京公网安备110105020301号"),
    # rulebase §4 统一社会信用代码, 组织机构代码
    ("统一社会信用代码：9144 0300 7084 6113 6T", "uscc", "91440300708461136T"),
    ("组织机构代码：708461136", "org_code", "70846113-6"),
    # rulebase §4 支付业务许可证, 基金销售资格证号, 证券期货/保险业务许可「仅提取不校验」
    ("支付业务许可证编号：Z2002211000010", "payment_licence", "Z2002211000010"),
    ("基金销售资格证书（000000803）", "fund_sales_licence", "000000803"),
    ("基金销售资格证号[00000037X]", "fund_sales_licence", "00000037X"),
    ("经营证券期货业务许可证流水号：000000029186", "securities_licence", "000000029186"),
    ("经营保险代理业务许可证编号：201234000000800", "insurance_licence", "201234000000800"),
    # rulebase §4 手机/座机/400/短号
    ("电话 0086-138 0013 8000", "phone", "13800138000"),
    ("热线4008-001-234", "phone", "4008001234"),
    ("热线40080-01234", "phone", "4008001234"),
    ("95588客服热线", "phone", "95588"),
    # rulebase §4 微信
    *((f"{trigger}abc12345", "wechat", "abc12345") for trigger in (
        "微信：", "V信:", "VX：", "wx ", "加薇", "+薇 ", "薇：", "卫星：", "卫星号", "加v：", "➕v ", "加微", "薇❤",
        "微 信 号 : ",
    )),
    ("wx13800138000", "wechat", "13800138000"),
    # rulebase §4 QQ/群
    *((f"{trigger}123456789", "qq", "123456789") for trigger in (
        "QQ", "qq：", "Q群", "Q：", "扣扣", "加扣", "企鹅", "企鹅号:", "裙", "群号：", "QQ交流群号: ",
    )),
    # rulebase §4 APP
    ("点击下载app.apk", "app_download", "app.apk"),
    ("https://a.example/X.IPA?x=1", "app_download", "https://a.example/X.IPA"),
    ("https://a.example/x.mobileconfig", "app_download", "https://a.example/x.mobileconfig"),
    ("https://testflight.apple.com/join/abc", "app_download", "https://testflight.apple.com/join/abc"),
    ("https://a.app.qq.com/o/simple.jsp?pkgname=abc", "app_store", "https://a.app.qq.com/o/simple.jsp?pkgname=abc"),
    # rulebase §4 银行卡/收款人
    ("转到账户4111111111111111", "bank_card", "4111111111111111"),
    ("户名：上官婉儿", "payee", "上官婉儿"),
    ("收款人：欧阳锋", "payee", "欧阳锋"),
    # rulebase §4 链上地址
    *((address, "chain_address", address) for address in (
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    )),
    ("官网www.licai.example", "domain", "licai.example"),
    ("访问HTTPS://m.Licai.example/a", "domain", "m.licai.example"),
    ("域名licai888.cn", "domain", "licai888.cn"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "value"), MORE_VALUES)
def test_every_line_of_the_rulebase_is_found(text: str, kind: str, value: str) -> None:
    identifier = only(text)
    assert (identifier.kind, identifier.value, identifier.valid) == (kind, value, True)
    assert identifier.registry == "unchecked"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("手机1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", "phone", "13800138000"),
        ("手机138\u200b0013\u200b8000", "phone", "13800138000"),
        ("手机①③⑧00138000", "phone", "13800138000"),
        ("手机𝟏𝟑𝟖00138000", "phone", "13800138000"),
        ("微\u200b信：ab\u200bc12345", "wechat", "abc12345"),
        ("賬號：6222020000000000000", "bank_card", "6222020000000000000"),
        ("戶名：张三丰", "payee", "张三丰"),
        ("粤IСP备14005127号", "icp", "粤ICP备14005127号"),
    ],
)
def test_numbers_are_read_through_a_disguise_and_quoted_with_it(text: str, kind: str, value: str) -> None:
    """Rulebase §1.1 before §4: emoji digits, digits of other scripts, unseen characters, traditional labels."""
    (identifier,) = find_identifiers(text, TODAY, Normaliser({})(text).folded)
    assert (identifier.kind, identifier.value) == (kind, value)
    assert identifier.quote == text[identifier.start : identifier.end]


def test_a_page_shows_its_numbers_through_a_disguise() -> None:
    analysis = Analyser(load_rulebook(RULES)).analyse_text("电话①③⑧\u200b00138000")
    assert [(each.kind, each.value) for each in analysis.identifiers] == [("phone", "13800138000")]


@pytest.mark.parametrize("code", ["142", "154", "160", "169", "179"])
def test_an_unassigned_mobile_prefix_is_ill_formed(code: str) -> None:
    """Rulebase §4 手机: 号段有效."""
    assert only(f"手机{code}12345678").format_ok is False


def test_an_address_of_one_case_has_no_checksum() -> None:
    """Rulebase §4 链上地址: EIP-55 is in the case of the letters."""
    assert only("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed").checksum_ok is None
    assert only("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").checksum_ok is True


def test_the_bank_licence_has_a_form_alone() -> None:
    identifier = only("金融许可证机构编码：B0001H111000001")
    assert (identifier.kind, identifier.format_ok, identifier.checksum_ok) == (
        "financial_licence",
        True,
        None,
    )


INVALID = [
    ("京ICP备XXXXXXXX号", "format_ok"),
    ("京ICP备00000000号", "format_ok"),
    ("京ICP备140051号", "format_ok"),
    ("ICP备14005127号", "format_ok"),
    ("京ICP备99005127号", "date_ok"),
    ("京ICP备04005127号", "date_ok"),
    ("京ICP备2031005127号", "date_ok"),
    ("京ICP备2019005127号", "date_ok"),
    ("京ICP证990599号", "date_ok"),
    ("粤B2-20310348", "date_ok"),
    ("京公网安备44030702001234号", "region_ok"),
    ("粤公网安备4403070200号", "format_ok"),
    ("统一社会信用代码：91440300708461136X", "checksum_ok"),
    ("组织机构代码：70846113-5", "checksum_ok"),
    ("注册号：110108000000015", "checksum_ok"),
    ("支付业务许可证 Z2000199000019", "region_ok"),
    ("银行卡号 6222 0200 0000 0000 001", "checksum_ok"),
    ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv9", "checksum_ok"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "checksum_ok"),
    ("电话010-8376556", "format_ok"),
    # rulebase §4, line by line
    ("粤ICP备14005127", "format_ok"),
    ("粤ICP备14005127号-12345", "format_ok"),
    ("台ICP备14005127号", "region_ok"),
    ("京ICP备140051278号", "format_ok"),
    ("B2-19990348", "date_ok"),
    ("京公网安备00000000000000号", "format_ok"),
    ("公网安备99030702001234号", "region_ok"),
    ("统一社会信用代码：914403007O8461136T", "format_ok"),
    ("统一社会信用代码：9144030070846113", "format_ok"),
    ("统一社会信用代码：97440300708461136T", "format_ok"),
    ("统一社会信用代码：91990300708461136T", "region_ok"),
    ("支付业务许可证号：Z200013300001", "format_ok"),
    ("支付牌照Z30001330000199", "format_ok"),
    ("基金销售业务资格证书编号：12345", "format_ok"),
    ("私募基金管理人登记编号：P10012", "format_ok"),
    ("私募基金管理人登记编号：P2001234", "format_ok"),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "checksum_ok"),
    ("bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "checksum_ok"),
]


@pytest.mark.parametrize(("text", "failed"), INVALID)
def test_what_fails_a_check_says_which(text: str, failed: str) -> None:
    identifier = only(text)
    assert getattr(identifier, failed) is False
    assert not identifier.valid


NOTHING = [
    "举报请拨打12378、12386、12315或110",
    "反诈专线96110",
    "订单号 138001380001234",
    "/news.example/2024/13800138000.html",
    # rulebase §4 手机/座机: lines of authorities are never a subject's
    *(
        f"{words}{number}"
        for words in ("客服电话：", "拨打", "QQ：", "加群")
        for number in (
            "110",
            "12315",
            "12337",
            "12345",
            "12363",
            "12377",
            "12378",
            "12386",
            "96110",
            "95598",
        )
    ),
    # rulebase §4 QQ/群「排除日期、价格」
    "加裙 20261123",
    "QQ会员价格20000",
    "加群费20000",
    "QQ：20000元",
    "Q3营收20000",
    "扣20000",
    # rulebase §4 微信「触发词距离≤6」
    "微信支付是一种付款方式 abcdef",
    "卫星发射abcdef",
    "https://beian.miit.gov.cn",
    "index.html",
    "v1.2.3",
    "a.b.c",
    "someone@example.com",
    "身份证号 11010519491231002X",
    "2026-11-23 12:30:45",
    "涨幅达1500000000元",
    "微信公众平台接入说明",
    "wx.config({debug: true})",
    "QQ音乐下载",
    "群号待定",
    "某某有限公司",
    "XX科技有限公司",
    "本有限公司",
    "设立有限责任公司的条件",
    "一个有限公司",
    "户名：必填",
    "收款人：深圳某公司",
    "md5 d41d8cd98f00b204e9800998ecf8427e",
    "",
]


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_looks_like_an_identifier_is_none(text: str) -> None:
    assert found(text) == []


COMPANIES = {
    "本平台由上海示范和谐财富管理股份有限公司运营": ["上海示范和谐财富管理股份有限公司"],
    "版权所有：华丰示范科技有限公司": ["华丰示范科技有限公司"],
    "技术支持 云示例（北京）网络有限责任公司": ["云示例（北京）网络有限责任公司"],
    "与杭州示例数据有限公司签订合同": ["杭州示例数据有限公司"],
    "管理人：宁波示例投资合伙企业（有限合伙）": ["宁波示例投资合伙企业（有限合伙）"],
    "示例甲有限公司、示例丙乙有限公司": ["示例甲有限公司", "示例丙乙有限公司"],
    "北京示例科技有限公司上海分公司": ["北京示例科技有限公司上海分公司"],
}


@pytest.mark.parametrize(("text", "names"), COMPANIES.items())
def test_company_names_begin_where_they_should(text: str, names: list[str]) -> None:
    assert [each.value for each in found(text) if each.kind == "company"] == names


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "13800138000", "138****8000"),
        ("bank_card", "6222020000000000", "6222********0000"),
        ("payee", "张三丰", "张**"),
        ("wechat", "licai_888", "li*****88"),
        ("qq", "12345", "12*45"),
        ("wechat", "13800138000", "138****8000"),
        ("domain", "licai.example", "licai.example"),
        ("phone", "95588", "9****"),
        ("icp", "京ICP备14005127号", "京ICP备14005127号"),
    ],
)
def test_lists_show_personal_numbers_masked(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


@given(st.sampled_from(KINDS), st.text(min_size=1, max_size=40))
def test_a_mask_keeps_the_length(kind: str, value: str) -> None:
    assert len(mask(kind, value)) == len(value)


@given(st.text(alphabet="粤京ICP备证公网安号0123456789abTxz-.－１微信QQ户名有限公司 ：:群bc1x\n", max_size=120))
def test_any_text_gives_ordered_identifiers_that_quote_it(text: str) -> None:
    identifiers = found(text)
    assert all(each.quote == text[each.start : each.end] and each.kind in KINDS for each in identifiers)
    ends = [0, *(each.end for each in identifiers)]
    assert all(each.start >= end for each, end in zip(identifiers, ends, strict=False))


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_at_all_is_read(text: str) -> None:
    """Lone surrogates included."""
    assert all(each.registry == "unchecked" for each in find_identifiers(text, TODAY, Normaliser({})(text).folded))


@given(st.text(alphabet="①③⑧0０1️⃣3\u200b8-号微信ICP备粤abc.:：", max_size=60))
def test_disguised_text_gives_ordered_identifiers_that_quote_it(text: str) -> None:
    identifiers = find_identifiers(text, TODAY, Normaliser({})(text).folded)
    assert all(each.quote == text[each.start : each.end] and each.quote for each in identifiers)
    assert [each.start for each in identifiers] == sorted(each.start for each in identifiers)


@pytest.mark.parametrize(
    "piece",
    [
        "1380013",
        "粤ICP备",
        "微信",
        "有限公司",
        "6222 ",
        "北京",
        "T1",
        "http://a.b/",
        "和",
        "a.",
        "1.",
        "\u200b1",
        "户",
        "P1",
        "0x",
        "信用代码 1 ",
        "www.a",
    ],
)
def test_time_is_linear_in_near_misses(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        begin = time.process_time()
        find_identifiers(text, TODAY)
        return time.process_time() - begin

    assert seconds(80_000) < 10 * max(seconds(20_000), 0.01)
