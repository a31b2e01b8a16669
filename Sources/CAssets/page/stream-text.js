import { blocksOf, elementOf } from "./markdown.js";

/** A growing text as light Markdown. Only the last block can change; the others are made once. */
export class StreamText {
  #text = "";
  #begin = 0;
  #last = null;

  constructor(element) {
    this.element = element;
  }

  /** Shows the whole text so far. */
  set(text) {
    if (!text.startsWith(this.#text)) this.#restart();
    this.#text = text;
    const blocks = blocksOf(text.slice(this.#begin));
    this.#last?.remove();
    for (const block of blocks) this.element.append(this.#last = elementOf(block));
    this.#begin += blocks.at(-1)?.start ?? 0;
  }

  #restart() {
    this.element.replaceChildren();
    this.#begin = 0;
    this.#last = null;
  }
}
