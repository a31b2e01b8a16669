"""A browser with the page in it, and the models that the checks are made with."""
import atexit
import contextlib
import json
import re
import shutil
import sys
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "clients"))
from playwright.sync_api import expect, sync_playwright  # noqa: E402
from browser_environment import chromium  # noqa: E402
from processes import CHAT_MODEL, ROOT, martlet  # noqa: E402

# Long, because machines are slow at times; nothing waits that long where all is well.
TIMEOUT = 120_000
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 360, "height": 740}
expect.set_options(timeout=TIMEOUT)


def slow_chat():
    """A folder with a model twenty times as large as tiny-chat, so that answers take a while.

    It has no weights: it wants `--load-format dummy`.
    """
    folder = ROOT / ".build/page-tests/slow-chat"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("generation_config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(CHAT_MODEL / name, folder / name)
    config = json.loads((CHAT_MODEL / "config.json").read_text())
    config.update(hidden_size=256, intermediate_size=768, num_hidden_layers=4, head_dim=64)
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def slow_server(*flags, port=None):
    """A server whose answers can be watched."""
    return martlet(slow_chat(), "--load-format", "dummy", "--kv-cache-memory-bytes", "64M", *flags,
                   port=port)


class Tab:
    """A tab with the page, and everything in it that went wrong."""

    def __init__(self, page, url):
        self.page, self.url, self.wrong = page, url, []
        page.set_default_timeout(TIMEOUT)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.wrong.append(f"uncaught: {error}"))
        page.add_init_script("document.addEventListener('securitypolicyviolation', event => "
                             "console.error('policy: ' + event.violatedDirective));")

    def _note(self, message):
        # What the network does is tested by what the page says about it.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.wrong.append(message.text)

    def open(self):
        """Loads the page and waits until it can be used."""
        self.page.goto(self.url)
        self.is_in("ready")
        return self

    def is_in(self, phase):
        expect(self.page.locator("#state")).to_have_attribute("data-phase", phase)

    def ask(self, question):
        self.page.fill("#question", question)
        self.page.press("#question", "Enter")

    def ends_as(self, state, index=-1):
        """Waits until an answer, the last one if not said otherwise, is in this state."""
        answer = self.page.locator(".answer").nth(index)
        expect(answer).to_have_attribute("data-state", state)
        return answer

    def alter(self, **members):
        """Gives these members to all requests for an answer."""
        def send(route):
            body = {**route.request.post_data_json, **members}
            route.continue_(post_data=json.dumps(body))
        for path in ("**/v1/chat/completions", "**/v1/completions"):
            self.page.route(path, send)

    def set(self, **values):
        """Fills fields of the settings."""
        if self.page.locator("#settings").is_hidden():
            self.page.click("#settings-button")
        for name, value in values.items():
            self.page.fill(f"#setting-{name}", str(value))

    def is_well(self):
        assert not self.wrong, self.wrong


def until_exit(*managers):
    """Enters context managers, which are left when the program ends. Gives what they give."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    return [stack.enter_context(manager) for manager in managers]


@contextlib.contextmanager
def browser():
    """Chromium without a window."""
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield program
        program.close()


@contextlib.contextmanager
def tab(program, url, viewport=DESKTOP, **options):
    """A fresh tab that has not been opened yet; at its end nothing may have gone wrong in it."""
    context = program.new_context(viewport=viewport, **options)
    try:
        result = Tab(context.new_page(), url)
        yield result
        result.is_well()
    finally:
        context.close()


def engine(url):
    """What the server says of its engine."""
    with urllib.request.urlopen(url + "/engine", timeout=60) as response:
        return json.load(response)


def becomes(page, is_true, what):
    """Waits for what no element of the page shows."""
    for _ in range(TIMEOUT // 100):
        if is_true():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {what}")


def pattern(text):
    return re.compile(text)


def stream(*texts, finish="stop"):
    """The body of a streamed answer that consists of these texts."""
    deltas = [{"delta": {"content": text}, "finish_reason": None} for text in texts]
    chunks = [{"choices": [choice], "usage": None} for choice in deltas]
    usage = {"prompt_tokens": 3, "completion_tokens": len(texts), "total_tokens": 3 + len(texts)}
    chunks.append({"choices": [{"delta": {}, "finish_reason": finish}], "usage": usage})
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
