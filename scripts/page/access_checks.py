"""Whether the server can be used: keys, loading, a server that goes and comes back."""
from browser import browser, expect, pattern, slow_server, tab, until_exit
from checks import check, finish
from processes import API_KEY, CHAT_MODEL, free_port, martlet

[chromium] = until_exit(browser())


def martlet_with_key():
    return martlet(CHAT_MODEL, "--api-key", API_KEY)


@check("a server with a key is asked with one, and the key stays in this tab")
def _():
    with martlet_with_key() as server, tab(chromium, server.url) as t:
        t.page.goto(server.url)
        t.is_in("key")
        expect(t.page.locator("#key-dialog")).to_be_visible()
        t.page.fill("#key-field", "a-wrong-key-for-tests")
        t.page.press("#key-field", "Enter")
        expect(t.page.locator("#key-note")).to_contain_text("did not accept")
        t.page.fill("#key-field", API_KEY)
        with t.page.expect_request("**/engine") as sent:
            t.page.press("#key-field", "Enter")
        assert sent.value.headers["authorization"] == f"Bearer {API_KEY}"
        t.is_in("ready")
        expect(t.page.locator("#key-dialog")).to_be_hidden()
        t.set(max_tokens=4)
        t.ask("May I?")
        t.ends_as("done")
        assert API_KEY not in t.page.evaluate("JSON.stringify(localStorage)")
        t.page.reload()
        t.is_in("ready")
        other = t.page.context.new_page()
        other.goto(server.url)
        expect(other.locator("#key-dialog")).to_be_visible()


@check("the key may be given later")
def _():
    with martlet_with_key() as server, tab(chromium, server.url) as t:
        t.page.goto(server.url)
        t.page.click("#key-cancel")
        expect(t.page.locator("#key-dialog")).to_be_hidden()
        expect(t.page.locator("#trouble")).to_contain_text("asks for a key")
        t.page.click("#key-button")
        t.page.fill("#key-field", API_KEY)
        t.page.press("#key-field", "Enter")
        t.is_in("ready")
        expect(t.page.locator("#key-button")).to_be_hidden()


@check("while the model is loaded the page says so, and goes on by itself")
def _():
    with martlet() as server, tab(chromium, server.url) as t:
        t.page.route("**/health/ready", lambda route: route.fulfill(
            status=503, json={"error": {"message": "The model is being loaded."}}))
        t.page.goto(server.url)
        t.is_in("loading")
        expect(t.page.locator("#trouble")).to_contain_text("The model is being loaded.")
        expect(t.page.locator("#send")).to_be_disabled()
        t.page.fill("#question", "Written meanwhile")
        t.page.press("#question", "Enter")
        assert t.page.locator("#question").input_value() == "Written meanwhile"
        t.page.unroute("**/health/ready")
        t.is_in("ready")
        expect(t.page.locator("#trouble")).to_be_hidden()
        t.page.press("#question", "Enter")
        t.ends_as("done")


@check("a server that goes in the middle of an answer, and one that takes its place")
def _():
    port = free_port()
    with slow_server(port=port) as server, tab(chromium, server.url) as t:
        t.open()
        t.alter(ignore_eos=True, max_tokens=3000)
        t.ask("Go on for ever")
        expect(t.page.locator(".answer .text")).not_to_be_empty()
        t.page.fill("#question", "typed meanwhile")
        server.process.kill()
        answer = t.ends_as("failed")
        expect(answer.locator(".error")).to_have_text(pattern("broke off|cannot be reached"))
        t.is_in("gone")
        expect(t.page.locator("#trouble")).to_contain_text("goes on by itself")
        with martlet(port=port):
            t.is_in("ready")
            t.page.unroute("**/v1/chat/completions")
            t.page.click("[data-act=retry]")
            t.ends_as("done")
            expect(t.page.locator(".error")).to_be_hidden()
            assert t.page.locator("#question").input_value() == "typed meanwhile"
            # What was drawn of the old server must not stay.
            expect(t.page.locator("[data-counter=running]")).to_have_text("0")


finish()
