"""Before anybody signs in, the first page leads to what is needed and to how a case stands."""


async def test_the_guides_and_the_question_how_it_stands_are_there_without_an_account(phone):
    page = await phone.get("/m")
    assert {"/guides", "/guides/bereavement", "/status"} <= set(page.links)
    for link in ("/guides", "/guides/bereavement", "/status"):
        assert (await phone.get(link)).status == 200
