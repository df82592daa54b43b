"""Before and after submitting it is said how results come and that nobody has to come for them."""

import re

HEADING = "结果送达和本人到场"


def said(page) -> str:
    """What stands under the heading."""
    part = page.text.partition(f"<h2>{HEADING}</h2>")[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


async def test_the_way_chosen_is_said_before_submitting_and_on_the_case(signed_in):
    page = await signed_in.sections(await signed_in.begin("bereavement"))
    assert page.path.endswith("/check")
    told = (
        "结果送达 邮寄：企业职工基本养老保险丧葬补助金和抚恤金申领、职工养老保险个人账户余额一次性支付 "
        "其他事项不另选送达方式；办理结果都可以在手机“我的办件”中查看。 本人到场 不用本人到场"
    )
    fee = "收费 不动产转移登记（继承）：按国家不动产登记收费标准收取登记费"
    assert said(page).startswith(f"{told} {fee}")
    done = await signed_in.file("bereavement")
    number = done.path.rpartition("/")[2]
    assert said(await signed_in.get(f"/m/cases/{number}")) == told
    await signed_in.sign_in(account="clerk")
    window = re.sub(r"<[^>]+>", " ", (await signed_in.get(f"/cases/{number}")).text)
    assert told in " ".join(window.split())


async def test_where_nobody_is_asked_only_the_place_of_results_is_said(signed_in, story):
    quiet = {name: value for name, value in story.situations.items() if name != "pension"} | {
        "pension": "none"
    }
    signed_in.story = story.model_copy(update={"situations": quiet})
    page = await signed_in.begin("bereavement")
    check = await signed_in.get(page.path.partition("/sections/")[0] + "/check")
    assert said(check).startswith("结果送达 办理结果都可以在手机“我的办件”中查看。 本人到场")
