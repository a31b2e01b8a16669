import { AnswerClock, chatAnswer } from "./answers.js";
import { byId, make, makeButton } from "./dom.js";
import { examples } from "./prompts.js";
import { TurnView } from "./turn-view.js";

/** The conversation at work: sends questions, takes answers in, shows both. */
export class Chat extends EventTarget {
  #views = new Map();
  #abort = null;
  #log = byId("log");
  #follows = true;

  /** @param {{server, conversation, settings, tickets, connection}} parts */
  constructor(parts) {
    super();
    this.parts = parts;
    this.#log.addEventListener("scroll", () => this.#noteScroll());
    byId("examples").append(...examples.map(
      (text) => make("li", {}, makeButton(text, () => this.ask(text)))));
    this.#show();
    this.#scroll();
  }

  /** True while an answer comes. */
  get isBusy() {
    return this.#abort !== null;
  }

  /** Sends a question. */
  ask(question) {
    if (this.isBusy || !this.parts.connection.isReady) return false;
    this.#run(this.parts.conversation.ask(question));
    return true;
  }

  /** Ends the answer that comes. */
  stop() {
    this.#abort?.abort();
  }

  /** Begins a new conversation. */
  clear() {
    this.stop();
    this.parts.conversation.clear();
    this.#show();
  }

  async #run(turn) {
    const { conversation, tickets } = this.parts;
    const abort = this.#abort = new AbortController();
    const ticket = tickets.open(0);
    this.#follows = true;
    this.#changed();
    this.#announce("The answer is being written.");
    try {
      await this.#receive(turn, ticket, abort.signal);
      turn.state = "done";
    } catch (error) {
      this.#failed(turn, error);
    }
    ticket.close();
    if (this.#abort === abort) this.#abort = null;
    conversation.save();
    this.#changed();
    this.#announce(turn.error ?? `Answer: ${turn.text.slice(0, 2000)}`);
  }

  async #receive(turn, ticket, signal) {
    const { server, conversation, settings, connection } = this.parts;
    const clock = new AnswerClock();
    const request = {
      model: connection.model.id,
      messages: conversation.messages(turn, settings.system),
      ...settings.sampling,
    };
    for await (const piece of chatAnswer(server, request, signal)) {
      if (piece.text || piece.thought) clock.tick();
      turn.text += piece.text;
      turn.thought += piece.thought;
      turn.finish = piece.finish ?? turn.finish;
      turn.usage = piece.usage ?? turn.usage;
      turn.firstSeconds = clock.firstSeconds;
      turn.rate = clock.rate(turn.usage?.completion_tokens ?? 0);
      ticket.learn(turn.usage);
      this.#views.get(turn)?.updateSoon(() => this.#scroll());
    }
  }

  #failed(turn, error) {
    if (error.name === "AbortError") {
      turn.state = "stopped";
      return;
    }
    turn.state = "failed";
    turn.error = error.message;
    this.parts.connection.suspect(error);
  }

  #changed() {
    this.#show();
    this.#scroll();
    this.dispatchEvent(new Event("change"));
  }

  /** Brings the shown turns in line with those of the conversation. */
  #show() {
    const { turns } = this.parts.conversation;
    for (const [turn, view] of this.#views) {
      if (turns.includes(turn)) continue;
      view.element.remove();
      this.#views.delete(turn);
    }
    for (const turn of turns) {
      if (!this.#views.has(turn)) this.#add(turn);
      this.#views.get(turn).update(turn === turns.at(-1));
    }
    byId("empty").hidden = turns.length > 0;
  }

  #add(turn) {
    const view = new TurnView(turn, {
      retry: () => this.#again(turn),
      edit: () => this.#edit(),
    });
    this.#views.set(turn, view);
    byId("turns").append(view.element);
  }

  #again(turn) {
    if (this.isBusy) return;
    this.parts.conversation.reopen(turn);
    this.#run(turn);
    byId("question").focus();
  }

  #edit() {
    const turn = this.parts.conversation.takeLast();
    this.#show();
    this.dispatchEvent(new CustomEvent("edit", { detail: turn.question }));
  }

  /** Follows the answer, unless the reader has scrolled away from its end. */
  #scroll() {
    if (this.#follows) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #noteScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    this.#follows = scrollHeight - scrollTop - clientHeight < 40;
  }

  #announce(text) {
    byId("announcement").textContent = text;
  }
}
