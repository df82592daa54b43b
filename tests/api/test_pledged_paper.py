"""A paper that the family's word stands for is pledged on the receipt, and not obtained by sharing."""

from api.standing import header_of, standing_of
from onething.receipt import PaperSource


async def test_the_receipt_tells_of_the_pledge_that_the_notice_told_of(number, office):
    header = await header_of(office, await standing_of(office, number))
    papers = {one.title.zh: one.source for one in header.materials["survivor_benefit"]}
    assert papers["亲属关系证明"] is PaperSource.PLEDGED
    assert PaperSource.SHARED in papers.values()
