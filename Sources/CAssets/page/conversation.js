import { Stored } from "./store.js";

/**
 * A question and its answer.
 * @typedef {{question: string, text: string, thought: string,
 *   state: "open"|"done"|"stopped"|"failed", finish: ?string, error: ?string, usage: ?object,
 *   firstSeconds: ?number, rate: ?number}} Turn
 */

/** The turns of a conversation, kept across reloads of the tab. */
export class Conversation {
  #stored = new Stored("conversation", []);

  constructor() {
    this.turns = this.#stored.read();
    for (const turn of this.turns) {
      if (turn.state === "open") turn.state = "stopped";
    }
  }

  /** Adds a question that waits for its answer. @returns {Turn} */
  ask(question) {
    const turn = { question };
    this.turns.push(turn);
    this.reopen(turn);
    return turn;
  }

  /** Throws an answer away, to get another. */
  reopen(turn) {
    Object.assign(turn, {
      text: "", thought: "", state: "open", finish: null, error: null, usage: null,
      firstSeconds: null, rate: null,
    });
    this.save();
  }

  /** Takes the last turn away and gives it. @returns {?Turn} */
  takeLast() {
    const turn = this.turns.pop();
    this.save();
    return turn;
  }

  /** Begins anew. */
  clear() {
    this.turns.length = 0;
    this.save();
  }

  /** What the model is to read for a turn: all before it, and its question. */
  messages(turn, system) {
    const messages = system ? [{ role: "system", content: system }] : [];
    for (const earlier of this.turns) {
      messages.push({ role: "user", content: earlier.question });
      if (earlier === turn) break;
      messages.push({ role: "assistant", content: earlier.text });
    }
    return messages;
  }

  /** Keeps the state of now. */
  save() {
    this.#stored.write(this.turns);
  }
}
