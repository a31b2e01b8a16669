import { byId, make, setText } from "./dom.js";
import { dress } from "./holders.js";
import { count, many } from "./words.js";

const shownCount = 24;

/** The requests that run, one row each; pointing at a row shows its blocks. */
export class RequestList {
  #rows = new Map();
  #list = byId("running");

  constructor(holders, highlight) {
    this.holders = holders;
    this.highlight = highlight;
    highlight.addEventListener("change", () => this.#mark());
  }

  /** Shows a snapshot. Rows stay the same elements as long as their request lives. */
  update({ running, running_count: runningCount, max_running: maxRunning }) {
    const shown = running.slice(0, shownCount);
    const living = new Set(shown.map((entry) => entry.request));
    this.highlight.keepOnly(new Set(running.map((entry) => entry.request)));
    for (const [request, row] of this.#rows) {
      if (living.has(request)) continue;
      row.element.remove();
      this.#rows.delete(request);
    }
    const longest = Math.max(1, ...shown.map(length));
    for (const entry of shown) this.#row(entry.request).update(entry, longest, this.holders);
    byId("nothing-running").hidden = running.length > 0;
    byId("bar-legend").hidden = running.length === 0;
    setText(byId("running-note"), note(runningCount, shown.length, maxRunning));
    setText(byId("tab-load"), runningCount ? count(runningCount) : "");
  }

  #row(request) {
    let row = this.#rows.get(request);
    if (!row) {
      row = new RequestRow(request, this.highlight);
      this.#rows.set(request, row);
      this.#list.append(row.element);
    }
    return row;
  }

  #mark() {
    for (const [request, row] of this.#rows) {
      row.mark(this.highlight.request === request, this.highlight.holds(request));
    }
  }
}

class RequestRow {
  #swatch = make("i", { class: "swatch" });
  #name = make("span");
  #facts = make("span", { class: "facts" });
  #parts = ["cached", "prompt", "open", "generated"]
    .map((part) => make("i", { class: `bar-${part}` }));

  constructor(request, highlight) {
    this.button = make("button", {
      type: "button", class: "request", "aria-pressed": "false",
      onpointerenter: (event) => event.pointerType === "mouse" && highlight.point(request),
      onpointerleave: (event) => event.pointerType === "mouse" && highlight.point(null),
      onfocus: (event) => event.target.matches(":focus-visible") && highlight.point(request),
      onblur: () => highlight.point(null),
      onclick: () => highlight.toggle(request),
    }, this.#swatch, this.#name, this.#facts, make("span", { class: "progress" }, ...this.#parts));
    this.element = make("li", { "data-request": request }, this.button);
  }

  /** Shows a request; its bar is as long as its share of the longest one. */
  update(entry, longest, holders) {
    dress(this.element, holders.styleOf(entry.request));
    setText(this.#name, holders.nameOf(entry.request));
    setText(this.#facts, facts(entry));
    parts(entry).forEach((tokens, index) => {
      this.#parts[index].style.flexGrow = tokens;
    });
    this.#parts[0].parentElement.style.width = `${Math.max(2, 100 * length(entry) / longest)}%`;
  }

  mark(isLit, isHeld) {
    this.element.classList.toggle("lit", isLit);
    this.button.setAttribute("aria-pressed", isHeld);
  }
}

const length = (entry) => entry.prompt_tokens + entry.generated_tokens;

/** Tokens of the prompt from the cache, computed and still to do; tokens of the answer. */
function parts({ prompt_tokens: prompt, computed_tokens: computed, cached_tokens: cached,
  generated_tokens: generated }) {
  const done = Math.min(prompt, Math.max(computed, cached));
  return [cached, done - cached, prompt - done, generated];
}

function facts({ prompt_tokens: prompt, generated_tokens: generated, blocks, preemptions }) {
  const held = blocks.reduce((sum, [, size]) => sum + size, 0);
  const words = [`${count(prompt)} + ${count(generated)} tokens`, many(held, "block")];
  if (preemptions) words.push(`preempted ${preemptions === 1 ? "once" : `${preemptions} times`}`);
  return words.join(" · ");
}

function note(running, shown, most) {
  if (!running) return "";
  const some = running > shown ? `, ${shown} shown` : "";
  return `${count(running)} of at most ${count(most)}${some}`;
}
