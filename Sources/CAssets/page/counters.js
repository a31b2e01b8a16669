import { make, setText } from "./dom.js";
import { History } from "./history.js";
import { Sparkline } from "./sparkline.js";
import { count, percent, rate } from "./words.js";

const places = [
  ["generated", "Tokens written / s", "over the last two seconds"],
  ["prompt", "Tokens read / s", "of prompts, over the last two seconds"],
  ["running", "Running", "requests in the batch"],
  ["waiting", "Waiting", "requests in the queue"],
  ["use", "Cache in use", "share of all blocks"],
  ["waste", "Waste", "places in used blocks that hold nothing"],
  ["hits", "Prefix hits", "prompt tokens so far that came from the cache"],
  ["preemptions", "Preempted", "times a request gave its blocks back"],
];

/** The engine's figures. */
export class Counters {
  #history = new History();
  #values = new Map();
  #lines = new Map();

  constructor(list) {
    for (const [name, title, meaning] of places) {
      const value = make("span", { "data-counter": name, text: "–" });
      const cell = make("div", { title: meaning }, make("dt", { text: title }),
        make("dd", {}, value));
      this.#values.set(name, value);
      if (name === "generated" || name === "prompt") this.#addLine(name, cell);
      list.append(cell);
    }
  }

  /** Shows a snapshot. */
  update(snapshot) {
    this.#history.add(snapshot);
    const { blocks, totals } = snapshot;
    const places = blocks.used * blocks.tokens_per_block;
    this.#set("generated", rate(this.#history.rate("generated")));
    this.#set("prompt", rate(this.#history.rate("prompt")));
    this.#set("running", count(snapshot.running_count));
    this.#set("waiting", count(snapshot.waiting_count));
    this.#set("use", percent(blocks.used / blocks.count));
    this.#set("waste", percent(1 - snapshot.filled_slots / places));
    this.#set("hits", percent(totals.cached_prompt_tokens / totals.queried_prompt_tokens));
    this.#set("preemptions", count(totals.preemptions));
    for (const [name, line] of this.#lines) line.draw(this.#history.series(name));
  }

  #addLine(name, cell) {
    cell.classList.add("rate");
    const line = new Sparkline();
    this.#lines.set(name, line);
    cell.lastChild.append(line.element);
  }

  #set(name, text) {
    setText(this.#values.get(name), text);
  }
}
