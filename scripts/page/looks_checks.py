"""What the page is made of and how it looks: sizes, themes, a phone, the keyboard alone."""
import re

from browser import PHONE, ROOT, browser, expect, pattern, slow_server, tab, until_exit
from checks import check, finish

FILES = ROOT / "Sources/CAssets/page"
chromium, slow = until_exit(browser(), slow_server())


def fits(page):
    """Nothing is wider than the screen; what can be touched is 40 pixels high."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for pane in ("#log", "#engine-scroll"):
        assert page.locator(pane).evaluate("e => e.scrollWidth <= e.clientWidth"), pane
    small = page.evaluate("""() => [...document.querySelectorAll("button, input, textarea, summary")]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 39.5)
        .map(e => e.id || e.className || e.textContent)""")
    assert not small, small


@check("all files are below 100 KB together and name no other server")
def _():
    files = sorted(FILES.iterdir())
    size = sum(len(file.read_bytes()) for file in files)
    assert size < 100_000, size
    for file in files:
        text = file.read_text()
        for address in re.findall(r"https?://[^'\"\s]+", text):
            assert address.startswith("http://www.w3.org/"), (file.name, address)
        assert "innerHTML" not in text and "eval(" not in text, file.name
        limit = 300 if file.suffix == ".js" else 400
        assert text.count("\n") < limit, file.name
        assert file.suffix == ".html" or max(map(len, text.splitlines())) <= 100, file.name


@check("it loads without an error, under its policy")
def _():
    with tab(chromium, slow.url) as t:
        response = t.page.goto(slow.url)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, policy
        t.is_in("ready")
        expect(t.page).to_have_title(pattern("Martlet$"))
        expect(t.page.locator("#model-name")).not_to_be_empty()
        expect(t.page.locator("#small-model")).to_be_hidden()


@check("martlet-mini is called what it is")
def _():
    with tab(chromium, slow.url) as t:
        t.page.route("**/v1/models", lambda route: route.fulfill(
            json={"data": [{"id": "martlet-mini", "max_model_len": 1024}]}))
        t.open()
        expect(t.page.locator("#small-model")).to_contain_text("martlet serve ORG/NAME")


@check("dark and light, by the system and by hand")
def _():
    def ground(page):
        return page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")

    with tab(chromium, slow.url, color_scheme="light") as t:
        t.open()
        light = ground(t.page)
        t.page.emulate_media(color_scheme="dark")
        expect(t.page.locator("#theme")).to_have_attribute("aria-pressed", "true")
        dark = ground(t.page)
        assert light != dark, light
        t.page.click("#theme")
        assert ground(t.page) == light
        t.page.reload()
        t.is_in("ready")
        assert ground(t.page) == light
        t.page.click("#theme")
        assert ground(t.page) == dark


@check("a phone: one pane at a time, nothing too wide, nothing too small to touch")
def _():
    with tab(chromium, slow.url, PHONE, has_touch=True, is_mobile=True) as t:
        t.open()
        t.alter(ignore_eos=True, max_tokens=60)
        t.page.tap("#settings-button")
        fits(t.page)
        t.page.tap("#settings-button")
        t.page.fill("#question", "W" * 200)
        t.page.tap("#send")
        t.ends_as("done")
        fits(t.page)
        expect(t.page.locator("#engine")).to_be_hidden()
        t.page.tap("#tab-engine")
        expect(t.page.locator("#chat")).to_be_hidden()
        expect(t.page.locator("#tab-engine")).to_have_attribute("aria-pressed", "true")
        t.page.tap("#start-users")
        expect(t.page.locator("#running > li")).not_to_have_count(0)
        t.page.tap(".about summary")
        fits(t.page)
        t.page.tap("#stop-users")


@check("the keyboard alone is enough")
def _():
    with tab(chromium, slow.url) as t:
        t.open()
        t.alter(ignore_eos=True)
        keys = t.page.keyboard
        keys.press("Tab")
        expect(t.page.locator(".skip")).to_be_focused()
        keys.press("Enter")
        question = t.page.locator("#question")
        expect(question).to_be_focused()
        keys.type("Line one")
        keys.press("Shift+Enter")
        keys.type("line two")
        assert question.input_value() == "Line one\nline two"
        keys.press("Enter")
        expect(t.page.locator(".answer .text")).not_to_be_empty()
        expect(t.page.locator(".question p")).to_have_text("Line one\nline two")
        keys.press("Escape")
        t.ends_as("stopped")
        expect(question).to_be_focused()


@check("the focus can be seen wherever it goes")
def _():
    with tab(chromium, slow.url) as t:
        t.open()
        t.set(max_tokens=4)
        t.ask("Hello")
        t.ends_as("done")
        t.page.locator("body").click(position={"x": 5, "y": 5})
        seen, places = set(), set()
        while True:
            t.page.keyboard.press("Tab")
            place, name, outline = t.page.evaluate("""() => {
                const e = document.activeElement;
                const place = [...document.querySelectorAll("*")].indexOf(e);
                return [place, e.id || e.localName, getComputedStyle(e).outlineStyle];
            }""")
            if place in places:
                break
            places.add(place)
            seen.add(name)
            assert outline != "none" or name == "body", name
        assert {"question", "theme", "map", "start-users", "settings-button"} <= seen, seen


@check("who wants less motion gets none")
def _():
    with tab(chromium, slow.url, reduced_motion="reduce") as t:
        t.open()
        moving = t.page.evaluate("""() => [...document.querySelectorAll("*")].filter(e => {
            const style = getComputedStyle(e);
            return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
        }).length""")
        assert moving == 0, moving


@check("every control has a name")
def _():
    with tab(chromium, slow.url) as t:
        t.open()
        t.page.click("#settings-button")
        for role in ("button", "textbox", "spinbutton", "img"):
            for element in t.page.get_by_role(role).all():
                expect(element).to_have_accessible_name(pattern("."))


finish()
