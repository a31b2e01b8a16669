"""The engine's side: what is drawn of blocks and requests, the simulated users, hidden tabs."""
from browser import PHONE, becomes, browser, engine, expect, pattern, slow_server, tab, until_exit
from checks import check, finish

chromium, slow = until_exit(browser(), slow_server())
SEVERAL = pattern("^([2-9]|[1-9][0-9]+)$")


def snapshot(block_count, running=(), cached=(), waiting=()):
    """An answer of /engine."""
    used = {block for entry in running for first, size in entry["blocks"]
            for block in range(first, first + size)}
    return {
        "model": "made-up", "max_model_len": 1024, "version": "0", "device": "none",
        "uptime_seconds": 1, "step_count": 1,
        "blocks": {"count": block_count, "tokens_per_block": 16, "used": len(used), "shared": 0,
                   "cached": list(cached)},
        "running": list(running), "waiting": list(waiting), "running_count": len(running),
        "waiting_count": len(waiting), "max_running": 256, "filled_slots": 14 * len(used),
        "totals": {"prompt_tokens": 75, "generated_tokens": 0, "queried_prompt_tokens": 100,
                   "cached_prompt_tokens": 25, "preemptions": 3, "finished_requests": 0},
    }


def request(number, *blocks, prompt=40, generated=15):
    return {"request": number, "prompt_tokens": prompt, "computed_tokens": prompt + generated,
            "generated_tokens": generated, "cached_tokens": 16, "preemptions": 0,
            "blocks": list(blocks)}


def showing(t, made_up):
    """Opens the page on a made-up engine."""
    t.page.route("**/engine", lambda route: route.fulfill(json=made_up))
    return t.open()


def colours(page):
    """How many different colours the map has."""
    return page.locator("#map").evaluate("""canvas => {
        const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        copy.canvas.width = canvas.width;
        copy.canvas.height = canvas.height;
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
    }""")


@check("the map says how many blocks are in use, and of how many")
def _():
    with tab(chromium, slow.url) as t:
        t.open()
        count = engine(slow.url)["blocks"]["count"]
        expect(t.page.locator("#map")).to_have_attribute(
            "aria-label", f"0 of {count:,} blocks in use, 0 shared")
        expect(t.page.locator("#device")).not_to_be_empty()


@check("three users: several requests at once, and blocks that they share")
def _():
    with tab(chromium, slow.url) as t:
        t.open()
        plain = colours(t.page)
        t.alter(ignore_eos=True, max_tokens=800)
        expect(t.page.locator("#start-users")).to_have_text("Start three users")
        t.page.click("#start-users")
        expect(t.page.locator(".lane")).to_have_count(3)
        expect(t.page.locator("[data-counter=running]")).to_have_text(SEVERAL)
        expect(t.page.locator("#running > li")).not_to_have_count(0)
        expect(t.page.locator("#map")).to_have_attribute("data-shared", pattern("^[1-9]"))
        expect(t.page.locator("#map")).to_have_attribute("aria-label", pattern(" [1-9][0-9]* shared"))
        becomes(t.page, lambda: colours(t.page) > plain, "more colours on the map")
        for user in "123":
            lane = t.page.locator(f".lane[data-user='{user}'] .said")
            expect(lane).not_to_be_empty()
        t.page.click("#stop-users")
        expect(t.page.locator(".lane[data-state=stopped]")).to_have_count(3)
        becomes(t.page, lambda: engine(slow.url)["running_count"] == 0, "all are gone")
        expect(t.page.locator("[data-counter=running]")).to_have_text("0")
        expect(t.page.locator("#stop-users")).to_be_hidden()


@check("a user's requests have the user's colour and name")
def _():
    with tab(chromium, slow.url) as t:
        t.open()
        t.alter(ignore_eos=True, max_tokens=800)
        t.page.fill("#user-count", "2")
        expect(t.page.locator("#start-users")).to_have_text("Start two users")
        t.page.click("#start-users")
        for user in "12":
            row = t.page.locator("#running > li", has_text=f"User {user}")
            expect(row.first).to_have_attribute("data-colour", user)
        t.page.click("#stop-users")


@check("users talk to their end")
def _():
    with tab(chromium, slow.url) as t:
        t.open()
        t.alter(max_tokens=4)
        t.page.fill("#user-count", "6")
        t.page.click("#start-users")
        expect(t.page.locator(".lane[data-state=done]")).to_have_count(6)
        expect(t.page.locator("#stop-users")).to_be_hidden()


@check("a request that is pointed at stands out, and a click holds it")
def _():
    with tab(chromium, slow.url) as t:
        showing(t, snapshot(64, [request(7, [0, 4], [9, 1]), request(8, [0, 2], [20, 3])]))
        row = t.page.locator("[data-request='7']")
        expect(row).to_contain_text("40 + 15 tokens · 5 blocks")
        before = colours(t.page)
        row.locator("button").hover()
        becomes(t.page, lambda: colours(t.page) > before, "the others are dim")
        row.locator("button").click()
        t.page.mouse.move(0, 0)
        expect(row.locator("button")).to_have_attribute("aria-pressed", "true")
        row.locator("button").press("Enter")
        expect(row.locator("button")).to_have_attribute("aria-pressed", "false")


@check("every square says what it is, to the pointer and to the keys")
def _():
    with tab(chromium, slow.url) as t:
        showing(t, snapshot(8, [request(7, [0, 2]), request(8, [0, 1])], cached=[[4, 2]]))
        canvas, detail = t.page.locator("#map"), t.page.locator("#map-detail")
        canvas.hover(position={"x": 4, "y": 4})
        expect(detail).to_have_text("Block 0: shared by Request 7, Request 8")
        canvas.focus()
        t.page.keyboard.press("ArrowRight")
        expect(detail).to_have_text("Block 1: held by Request 7")
        t.page.keyboard.press("End")
        expect(detail).to_have_text("Block 7: free")
        for _ in range(2):
            t.page.keyboard.press("ArrowLeft")
        expect(detail).to_have_text("Block 5: free, its content can still be found")


@check("200,000 blocks fit: a square stands for several and says so")
def _():
    with tab(chromium, slow.url) as t:
        showing(t, snapshot(200_000, [request(7, [0, 3000]), request(8, [100_000, 50_000])],
                            cached=[[160_000, 10_000]]))
        expect(t.page.locator("#map")).to_have_attribute(
            "aria-label", "53,000 of 200,000 blocks in use, 0 shared")
        expect(t.page.locator("#map-scale")).to_have_text(pattern("^63,000 of 200,000 blocks"))
        t.page.click("#map-all")
        expect(t.page.locator("#map-scale")).to_have_text(
            pattern("^200,000 blocks of 16 tokens, [0-9]+ to a square$"))
        t.page.locator("#map").hover(position={"x": 4, "y": 4})
        expect(t.page.locator("#map-detail")).to_have_text(pattern("^Blocks 0 to .* Request 7"))


@check("of a large cache what is filled is shown at first, and nothing where nothing is")
def _():
    with tab(chromium, slow.url) as t:
        showing(t, snapshot(16_384, [request(7, [5, 3])], cached=[[100, 2]]))
        expect(t.page.locator("#map-scale")).to_have_text("5 of 16,384 blocks of 16 tokens")
        t.page.locator("#map").hover(position={"x": 4, "y": 4})
        expect(t.page.locator("#map-detail")).to_have_text("Block 5: held by Request 7")
        t.page.unroute("**/engine")
        t.page.route("**/engine", lambda route: route.fulfill(json=snapshot(16_384)))
        expect(t.page.locator("#map-scale")).to_have_text("0 of 16,384 blocks of 16 tokens")
        expect(t.page.locator("#map-detail")).to_have_text("No block holds anything yet.")


@check("figures: shares and the queue")
def _():
    with tab(chromium, slow.url) as t:
        queue = [{"request": 9, "prompt_tokens": 51, "preemptions": 1}]
        showing(t, snapshot(50, [request(7, [0, 4], [9, 1])], waiting=queue))
        texts = {"use": "10", "waste": "13", "hits": "25", "preemptions": "3", "waiting": "1"}
        for name, text in texts.items():
            expect(t.page.locator(f"[data-counter={name}]")).to_contain_text(text)
        expect(t.page.locator("#waiting")).to_contain_text("Request 9: 51 tokens, preempted")


@check("a hidden tab does not ask")
def _():
    with tab(chromium, slow.url) as t:
        t.open()
        asked = []
        expect(t.page.locator("#map")).to_have_attribute("aria-label", pattern("blocks in use"))
        t.page.evaluate("""() => {
            Object.defineProperty(document, "hidden", { value: true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""")
        t.page.on("request", lambda request: asked.append(request.url))
        t.alter(ignore_eos=True, max_tokens=60)
        t.ask("Is anybody there?")
        t.ends_as("done")
        asked = [url for url in asked if url.endswith("/engine")]
        assert len(asked) <= 1, asked
        with t.page.expect_request("**/engine"):
            t.page.evaluate("""() => {
                delete document.hidden;
                document.dispatchEvent(new Event("visibilitychange"));
            }""")


@check("a server without /engine is no error")
def _():
    with tab(chromium, slow.url) as t:
        t.page.route("**/engine", lambda route: route.fulfill(
            status=404, json={"error": {"message": "no"}}))
        t.open()
        expect(t.page.locator("#engine-note")).to_be_visible()
        t.set(max_tokens=4)
        t.ask("Still there?")
        t.ends_as("done")


@check("on a phone the map is drawn when its pane is shown")
def _():
    with tab(chromium, slow.url, PHONE, has_touch=True, is_mobile=True) as t:
        showing(t, snapshot(64, [request(7, [0, 4])]))
        t.page.tap("#tab-engine")
        expect(t.page.locator("#map")).to_have_attribute(
            "aria-label", "4 of 64 blocks in use, 0 shared")
        assert colours(t.page) > 2
        t.page.tap("[data-request='7'] button")
        expect(t.page.locator("[data-request='7']")).to_have_class("lit")


finish()
