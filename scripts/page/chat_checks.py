"""The conversation: sending, stopping, settings, errors, what survives a reload, hostile text."""
import json

from browser import becomes, browser, engine, expect, pattern, slow_server, stream, tab, until_exit
from checks import check, finish
from processes import martlet

EVENTS = "text/event-stream"
chromium, server, slow = until_exit(browser(), martlet(), slow_server())


@check("a message is answered piece by piece, and the figures stand below")
def _():
    with tab(chromium, server.url) as t:
        t.open()
        t.alter(ignore_eos=True)
        t.set(max_tokens=40)
        t.ask("Who never lands?")
        answer = t.ends_as("done")
        facts = answer.locator(".facts")
        expect(facts).to_contain_text("40 tokens")
        expect(facts).to_contain_text("tokens/s")
        expect(facts).to_contain_text("first after")
        expect(facts).to_contain_text("the longest length is reached")
        expect(t.page.locator("#announcement")).to_contain_text("Answer:")
        assert t.page.locator("#question").input_value() == ""


@check("stopping ends the request in the engine")
def _():
    with tab(chromium, slow.url) as t:
        t.open()
        t.alter(ignore_eos=True, max_tokens=3000)
        t.ask("Go on for ever")
        expect(t.page.locator(".answer .text")).not_to_be_empty()
        becomes(t.page, lambda: engine(slow.url)["running_count"] == 1, "it runs")
        t.page.click("#stop")
        t.ends_as("stopped")
        becomes(t.page, lambda: engine(slow.url)["running_count"] == 0, "it is gone")
        expect(t.page.locator("[data-counter=running]")).to_have_text("0")
        expect(t.page.locator("#send")).to_be_visible()


@check("settings are sent, and only those that are set")
def _():
    with tab(chromium, server.url) as t:
        t.open()
        with t.page.expect_request("**/v1/chat/completions") as sent:
            t.ask("First")
        body = sent.value.post_data_json
        assert set(body) == {"model", "messages", "stream", "stream_options"}, body
        assert body["stream"] and body["stream_options"]["include_usage"]
        t.ends_as("done")
        values = {"temperature": 0.5, "top_p": 0.9, "top_k": 7, "max_tokens": 3, "seed": 11}
        t.set(system="Be brief.", **values)
        with t.page.expect_request("**/v1/chat/completions") as sent:
            t.ask("Second")
        body = sent.value.post_data_json
        assert {name: body[name] for name in values} == values, body
        assert [m["role"] for m in body["messages"]] == ["system", "user", "assistant", "user"]
        t.ends_as("done")
        t.page.click("#settings-reset")
        expect(t.page.locator("#settings-button")).to_have_text("Settings")


@check("what the server refuses is said in its words, and can be tried again")
def _():
    with tab(chromium, server.url) as t:
        t.open()
        t.set(temperature=9)
        t.ask("Too hot")
        expect(t.ends_as("failed").locator(".error")).to_contain_text("from 0 to 2")
        t.set(temperature="")
        t.page.click("[data-act=retry]")
        t.ends_as("done")


@check("a full server is told with the time to wait, and the question stays")
def _():
    with tab(chromium, server.url) as t:
        t.open()
        error = {"error": {"message": "Too many requests wait.", "code": 429}}
        t.page.route("**/v1/chat/completions", lambda route: route.fulfill(
            status=429, json=error, headers={"Retry-After": "7"}))
        t.ask("Is there room?")
        answer = t.ends_as("failed")
        expect(answer.locator(".error")).to_have_text(
            "Too many requests wait. Try again in 7 seconds.")
        expect(t.page.locator(".question p")).to_have_text("Is there room?")
        t.page.unroute("**/v1/chat/completions")
        t.page.click("[data-act=retry]")
        t.ends_as("done")


@check("an error within a stream is shown, and what had come before it")
def _():
    with tab(chromium, server.url) as t:
        t.open()
        body = 'data: {"choices":[{"delta":{"content":"Half"}}]}\n\n' \
            'data: {"error":{"message":"The time is over.","code":504}}\n\ndata: [DONE]\n\n'
        t.page.route("**/v1/chat/completions",
                     lambda route: route.fulfill(content_type=EVENTS, body=body))
        t.ask("Hello")
        answer = t.ends_as("failed")
        expect(answer.locator(".text")).to_have_text("Half")
        expect(answer.locator(".error")).to_have_text("The time is over.")


@check("the conversation, the draft and the settings survive a reload")
def _():
    with tab(chromium, server.url) as t:
        t.open()
        t.set(max_tokens=8, system="Be kind.")
        t.ask("Stay")
        t.ends_as("done")
        text = t.page.locator(".answer .text").inner_text()
        t.page.fill("#question", "half a question")
        t.page.reload()
        t.is_in("ready")
        expect(t.page.locator(".question p")).to_have_text("Stay")
        assert t.page.locator(".answer .text").inner_text() == text
        assert t.page.locator("#question").input_value() == "half a question"
        assert t.page.locator("#setting-max_tokens").input_value() == "8"
        assert t.page.locator("#setting-system").input_value() == "Be kind."


@check("another answer, another question, another conversation")
def _():
    with tab(chromium, server.url) as t:
        t.open()
        t.set(max_tokens=8)
        t.page.click("#examples button >> nth=0")
        t.ends_as("done")
        with t.page.expect_request("**/v1/chat/completions") as sent:
            t.page.click("[data-act=retry]")
        assert len(sent.value.post_data_json["messages"]) == 1
        t.ends_as("done")
        question = t.page.locator(".question p").inner_text()
        t.page.click("[data-act=edit]")
        assert t.page.locator("#question").input_value() == question
        expect(t.page.locator(".turn")).to_have_count(0)
        t.ask("Shorter")
        t.ends_as("done")
        t.page.click("#new-conversation")
        expect(t.page.locator(".turn")).to_have_count(0)
        expect(t.page.locator("#examples")).to_be_visible()


@check("thoughts are folded away")
def _():
    with tab(chromium, server.url) as t:
        t.open()
        thought = json.dumps({"choices": [{"delta": {"reasoning_content": "Hm, a bird."}}]})
        t.page.route("**/v1/chat/completions", lambda route: route.fulfill(
            content_type=EVENTS, body=f"data: {thought}\n\n" + stream("A martlet.")))
        t.ask("Who?")
        answer = t.ends_as("done")
        expect(answer.locator(".text")).to_have_text("A martlet.")
        expect(answer.locator(".thought")).to_be_hidden()
        answer.locator("summary").click()
        expect(answer.locator(".thought")).to_have_text("Hm, a bird.")


HOSTILE = [
    "<img src=x onerror=alert(1)>\n\n<script>alert(2)</script>\n\n",
    "[a link](javascript:alert(3)) <a href='javascript:alert(4)'>b</a>\n\n**<b onclick=alert(5)>**",
    "\n\n1. **one** `x`\n2. two\n\n- point\n\n", "```html\n<iframe src=/>\n```\n\n", "a " + "`" * 3000,
    "\n\n" + "**a `b " * 3000 + "\n\n", "x" * 100_000, "\n\n```js\nnever closed <script>",
]


@check("a hostile answer is text and nothing else")
def _():
    with tab(chromium, server.url) as t:
        t.open()
        dialogs = []
        t.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        t.page.route("**/v1/chat/completions", lambda route: route.fulfill(
            content_type=EVENTS, body=stream(*HOSTILE)))
        t.ask("Be bad")
        text = t.ends_as("done").locator(".text")
        expect(text).to_contain_text("<img src=x onerror=alert(1)>")
        expect(text).to_contain_text("[a link](javascript:alert(3))")
        expect(text.locator("pre").last).to_have_text("never closed <script>")
        expect(text.locator("ol > li")).to_have_count(2)
        expect(text.locator("strong", has_text=pattern("^one$"))).to_have_count(1)
        names = text.evaluate("e => [...new Set([...e.querySelectorAll('*')].map(c => c.localName))]")
        allowed = {"p", "pre", "code", "strong", "ol", "ul", "li"}
        assert set(names) <= allowed, names
        assert len(text.text_content()) > 100_000
        assert text.evaluate("e => e.querySelectorAll('[onerror], [onclick], [href], [src]').length") == 0
        assert not dialogs, dialogs


finish()
