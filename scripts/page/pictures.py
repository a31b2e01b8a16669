"""Pictures of the page. Arguments: the folder for them, then what follows `martlet serve`."""
import os
import sys
from pathlib import Path

from browser import PHONE, becomes, browser, expect, pattern, tab, until_exit
from processes import Program

folder, *flags = sys.argv[1:]
QUESTION = "Tell me a short story about a bird that never lands."
LARGEST = 200_000
TRIES = 40
DESKTOP = {"width": 1440, "height": 940}
HAND = {"viewport": PHONE, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
server, chromium = until_exit(
    Program("martlet", [os.environ["MARTLET"], "serve", *flags]), browser())


class Moment:
    """Hands on what the engine says until it is worth a picture, and then always the same."""

    def __init__(self, page):
        self.held = None
        page.route("**/engine", self._answer)

    def _answer(self, route):
        # A fast engine is asked more often than the page does: the moment may be short.
        for _ in range(1 if self.held else TRIES):
            snapshot = self.held or route.fetch().json()
            if snapshot["running_count"] >= 3 and snapshot["blocks"]["shared"] > 0:
                self.held = snapshot
                break
        route.fulfill(json=snapshot)


def converse(t):
    t.page.fill("#question", QUESTION)
    t.page.press("#question", "Enter")
    t.ends_as("done")


def show_users(t):
    """Lets users talk, again and again if need be, until several share blocks."""
    moment = Moment(t.page)

    def is_there():
        if moment.held is None and t.page.locator("#stop-users").is_hidden():
            t.page.click("#start-users")
        return moment.held is not None

    becomes(t.page, is_there, "three requests with shared blocks")
    expect(t.page.locator("#map")).to_have_attribute("data-shared", pattern("^[1-9]"))


def save(t, name):
    path = Path(folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    t.page.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path}  {size:,} bytes", flush=True)
    if size >= LARGEST:
        sys.exit(f"{path} is too large")


for scheme in ("light", "dark"):
    with tab(chromium, server.url, viewport=DESKTOP, color_scheme=scheme) as t:
        t.open()
        converse(t)
        show_users(t)
        save(t, f"page-{scheme}")

with tab(chromium, server.url, color_scheme="light", **HAND) as t:
    t.open()
    converse(t)
    save(t, "page-phone-chat")
    t.page.tap("#tab-engine")
    show_users(t)
    save(t, "page-phone-engine")
