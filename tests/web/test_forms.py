"""Forms in a real browser: errors, rules, drafts, uploads, repeats."""

import base64
from typing import Any

from playwright.async_api import Page, Route, expect

PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg=="
)
PAPER: Any = {"name": "anh.png", "mimeType": "image/png", "buffer": PHOTO}
CHOOSE = "input[type=file]:not([capture])"


async def test_an_empty_form_is_told_what_is_missing_and_leads_there(phone: Page) -> None:
    await phone.goto("/sign-in")
    await phone.get_by_role("button", name="Gửi mã").click()
    await expect(phone.locator(".error-summary")).to_be_focused()
    await phone.locator(".error-summary a").click()
    await expect(phone.locator("input[name=phone]")).to_be_focused()


async def test_errors_of_the_server_stand_at_their_fields_and_in_the_summary(phone: Page) -> None:
    errors = [
        {"pointer": "/child_name", "code": "digits", "message": "Tên có chữ số"},
        {"pointer": "/elsewhere", "code": "other", "message": "Điều khác"},
    ]
    await _answer(phone, "**/submit-dossier/step-2", 422, {"title": "Cần sửa", "errors": errors})
    await phone.goto("/apps/submit-dossier/step-2")
    await phone.get_by_label("Họ tên trẻ").fill("An 2")
    await phone.get_by_role("button", name="Tiếp: Cha mẹ").click()
    await expect(phone.locator(".error-summary li")).to_have_count(2)
    await expect(phone.get_by_label("Họ tên trẻ")).to_have_accessible_description(
        "Viết có dấu, như muốn ghi trong giấy khai sinh Tên có chữ số"
    )


async def test_rules_show_and_enable_fields_while_typing(phone: Page) -> None:
    await phone.goto("/fields")
    await expect(phone.get_by_label("Địa chỉ nhận")).to_have_count(0)
    await phone.get_by_label("Qua bưu điện").check()
    await expect(phone.get_by_label("Địa chỉ nhận")).to_be_visible()
    await expect(phone.get_by_label("Họ tên người đó")).to_be_disabled()
    await phone.get_by_label("Tôi nộp thay").check()
    await expect(phone.get_by_label("Họ tên người đó")).to_be_enabled()


async def test_a_commune_is_found_without_marks_and_chosen_by_keys(phone: Page) -> None:
    await phone.goto("/fields")
    box = phone.get_by_role("combobox", name="Xã, phường")
    await box.fill("dat mui")
    found = phone.get_by_role("listbox", name="Xã, phường").get_by_role("option")
    await expect(found).to_have_count(1)
    await box.press("ArrowDown")
    await box.press("Enter")
    await expect(box).to_have_value("Xã Đất Mũi")
    await expect(box).to_have_attribute("aria-expanded", "false")


async def test_a_position_is_taken_by_keys_and_taken_back(phone: Page) -> None:
    await phone.context.grant_permissions(["geolocation"])
    await phone.context.set_geolocation(
        {"latitude": 9.17684, "longitude": 105.1524, "accuracy": 12}
    )
    await phone.goto("/fields")
    use = phone.get_by_role("button", name="Dùng vị trí của tôi")
    await use.focus()
    await phone.keyboard.press("Enter")
    place = phone.locator("cg-place")
    await expect(place.get_by_role("status")).to_contain_text("9,17684; 105,1524")
    await expect(place.get_by_role("status")).to_contain_text("12 m")
    await expect(phone.get_by_role("button", name="Lấy lại vị trí")).to_be_focused()
    await phone.get_by_role("button", name="Bỏ vị trí").click()
    await expect(use).to_be_focused()
    await expect(place.get_by_role("status")).to_be_empty()


async def test_a_refused_position_is_explained(phone: Page) -> None:
    await phone.goto("/fields")
    await phone.get_by_role("button", name="Dùng vị trí của tôi").click()
    status = phone.locator("cg-place").get_by_role("status")
    await expect(status).to_contain_text("ghi địa điểm bằng lời")
    await expect(phone.get_by_role("button", name="Dùng vị trí của tôi")).to_be_enabled()


async def test_amounts_are_grouped_and_numbers_stay_as_typed(phone: Page) -> None:
    await phone.goto("/fields")
    money = phone.get_by_label("Số tiền")
    await money.fill("")
    await money.press_sequentially("12345678")
    await expect(money).to_have_value("12.345.678")
    area = phone.get_by_label("Diện tích")
    await area.press_sequentially("12,5")
    await expect(area).to_have_value("12,5")


async def test_a_file_goes_to_the_store_after_the_fields_of_its_policy(phone: Page) -> None:
    stored: list[bytes] = []

    async def store(route: Route) -> None:
        stored.append(route.request.post_data_buffer or b"")
        await route.fulfill(status=204)

    await phone.route("**/store", store)
    await _give_place(phone)
    await phone.goto("/fields")
    await phone.locator(CHOOSE).set_input_files([PAPER])
    await expect(phone.get_by_text("Đã kiểm tra")).to_be_visible()
    assert 0 < stored[0].index(b'name="key"') < stored[0].index(b'name="file"')
    await phone.get_by_role("button", name="Bỏ tệp anh.png").click()
    await expect(phone.get_by_text("Đã kiểm tra")).to_have_count(0)


async def test_a_file_of_a_wrong_type_is_not_even_sent(phone: Page) -> None:
    await phone.goto("/fields")
    program: Any = {"name": "a.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}
    await phone.locator(CHOOSE).set_input_files([program])
    await expect(phone.locator(".field-error")).to_have_text("a.exe: Chỉ nhận JPEG, PNG, PDF")


async def test_what_was_typed_outlives_a_reload_but_secrets_do_not(phone: Page) -> None:
    await phone.goto("/fields")
    await phone.get_by_label("Thư điện tử").fill("a@b.vn")
    await phone.get_by_label("Mật khẩu").fill("bí mật")
    await phone.reload()
    await expect(phone.get_by_label("Thư điện tử")).to_have_value("a@b.vn")
    await expect(phone.get_by_label("Mật khẩu")).to_have_value("")
    assert "bí mật" not in await phone.evaluate("JSON.stringify(sessionStorage)")


async def test_a_change_is_saved_and_the_header_says_so(phone: Page) -> None:
    await phone.goto("/apps/submit-dossier/step-2")
    async with phone.expect_request("**/save") as asked:
        await phone.get_by_label("Họ tên trẻ").fill("Nguyễn Minh An")
    body = (await asked.value).post_data_json
    assert body
    assert body["child_name"] == "Nguyễn Minh An"
    assert body["paper"] == ["d1"]
    await expect(phone.locator(".saved")).to_have_text("Đã lưu")


async def test_a_write_without_an_answer_is_repeated_under_the_same_key(phone: Page) -> None:
    keys: list[str] = []

    async def lose_twice(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) < 3:
            await route.abort()
        else:
            await route.fulfill(json={"type": "outcome", "then": {"type": "go", "href": "/inbox"}})

    await phone.route("**/session/otp", lose_twice)
    await phone.goto("/sign-in")
    await phone.get_by_label("Số điện thoại").fill("0912345678")
    await phone.get_by_role("button", name="Gửi mã").click()
    await expect(phone.get_by_text("Mất mạng, đang thử lại")).to_be_visible()
    await phone.wait_for_url("**/inbox")
    assert len(keys) == 3
    assert len(set(keys)) == 1


async def _give_place(page: Page) -> None:
    place = {"document_id": "x1", "url": "/store", "fields": {"key": "k", "policy": "p"}}
    file = {"document_id": "x1", "name": "anh.png", "size": 70, "media_type": "image/png"}
    await _answer(page, "**/api/v1/documents", 200, place)
    await _answer(page, "**/api/v1/documents/x1/complete", 200, {**file, "state": "checked"})


async def _answer(page: Page, address: str, status: int, body: dict[str, Any]) -> None:
    async def answer(route: Route) -> None:
        if route.request.method == "GET":
            await route.continue_()
        else:
            await route.fulfill(status=status, json=body)

    await page.route(address, answer)
