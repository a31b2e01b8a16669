import { make, makeButton, setText } from "./dom.js";
import { StreamText } from "./stream-text.js";
import { answerFacts } from "./words.js";

/** How a turn of the conversation looks: the question, the thoughts, the answer, its figures. */
export class TurnView {
  #thoughts = make("p", { class: "thought" });
  #details = make("details", { class: "thoughts", hidden: true },
    make("summary", { text: "Thoughts" }), this.#thoughts);
  #answer = make("div", { class: "text" });
  #error = make("p", { class: "error", hidden: true });
  #facts = make("span", { class: "facts" });
  #buttons = make("span", { class: "buttons" });
  #edit = make("span", { class: "buttons" });
  #shown = "";
  #frame = 0;

  /** @param {{retry: Function, edit: Function}} acts what the buttons do */
  constructor(turn, acts) {
    this.turn = turn;
    this.acts = acts;
    this.stream = new StreamText(this.#answer);
    this.article = make("article", { class: "answer", "aria-label": "Answer" },
      this.#details, this.#answer, this.#error,
      make("p", { class: "under" }, this.#facts, this.#buttons));
    this.element = make("li", { class: "turn" },
      make("article", { class: "question", "aria-label": "Question" },
        make("p", { text: turn.question }), this.#edit),
      this.article);
  }

  /** Shows the turn in the next frame, so not at all while the tab is hidden. */
  updateSoon(afterwards) {
    this.#frame ||= requestAnimationFrame(() => {
      this.update(true);
      afterwards();
    });
  }

  /** Shows the turn as it is now; only the last one can be changed. */
  update(isLast) {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { turn } = this;
    const isOpen = turn.state === "open";
    this.article.setAttribute("aria-busy", isOpen);
    this.article.dataset.state = turn.state;
    this.#details.hidden = !turn.thought;
    setText(this.#thoughts, turn.thought);
    this.stream.set(turn.text);
    this.#error.hidden = !turn.error;
    setText(this.#error, turn.error ?? "");
    setText(this.#facts, answerFacts(turn));
    this.#showButtons(isOpen, isLast);
  }

  #showButtons(isOpen, isLast) {
    const shown = `${isOpen} ${isLast} ${this.turn.state}`;
    if (this.#shown === shown) return;
    this.#shown = shown;
    this.#edit.replaceChildren(...(isLast && !isOpen ? [this.#button("Edit", "edit")] : []));
    const buttons = [];
    if (!isOpen && this.turn.text) buttons.push(this.#copyButton());
    if (!isOpen && isLast) {
      const isBad = this.turn.state === "failed";
      buttons.push(this.#button(isBad ? "Try again" : "Regenerate", "retry"));
    }
    this.#buttons.replaceChildren(...buttons);
  }

  #button(text, act) {
    return makeButton(text, () => this.acts[act](this.turn), { "data-act": act });
  }

  #copyButton() {
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(this.turn.text);
        setText(button, "Copied");
      } catch {
        setText(button, "Not allowed here");
      }
      setTimeout(() => setText(button, "Copy"), 1500);
    };
    const button = makeButton("Copy", copy, { "data-act": "copy" });
    return button;
  }
}
