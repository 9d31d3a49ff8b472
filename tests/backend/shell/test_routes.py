import httpx

from camaug_sdk.screens import MEDIA_TYPE


async def test_ready_says_which_parts_answer(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "cache": True, "store": True}


async def test_home_is_a_screen_in_the_language_asked_for(client: httpx.AsyncClient) -> None:
    vietnamese = await client.get("/api/v1/screens/home")
    english = await client.get("/api/v1/screens/home", headers={"Accept-Language": "en"})
    assert vietnamese.headers["content-type"] == MEDIA_TYPE
    assert (vietnamese.json()["lang"], english.json()["lang"]) == ("vi", "en")
    assert vietnamese.json()["title"] == "Chào bạn"


async def test_a_known_etag_is_answered_with_304(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/v1/screens/home")
    again = await client.get(
        "/api/v1/screens/home", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_an_unknown_address_below_api_is_a_problem_not_a_page(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


async def test_what_is_personal_needs_a_session(client: httpx.AsyncClient) -> None:
    for path in ("/api/v1/me/summary", "/api/v1/staff/summary", "/api/v1/screens/console"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/api/v1/screens/home", "/api/v1/nothing", "/"):
        headers = (await client.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-request-id"]
