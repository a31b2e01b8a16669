import { byId, make, setText } from "./dom.js";
import { dress } from "./holders.js";
import { many, spelled } from "./words.js";

const shownLength = 600;

/** The simulated users: how many, start, stop, and a small lane for each. */
export class Lanes {
  #field = byId("user-count");
  #start = byId("start-users");

  constructor(users, connection) {
    this.users = users;
    this.connection = connection;
    byId("users-form").addEventListener("submit", (event) => this.#begin(event));
    byId("stop-users").addEventListener("click", () => users.stop());
    this.#field.addEventListener("input", () => this.#show());
    users.addEventListener("change", () => this.#show());
    connection.addEventListener("change", () => this.#show());
    this.#show();
  }

  get #count() {
    return Math.max(1, Math.min(16, Math.round(this.#field.valueAsNumber) || 1));
  }

  #begin(event) {
    event.preventDefault();
    if (!this.connection.isReady) return;
    const lanes = Array.from({ length: this.#count }, (_, index) => new Lane(index + 1));
    byId("lanes").replaceChildren(...lanes.map((lane) => lane.element));
    byId("users").hidden = false;
    this.users.start(lanes);
  }

  #show() {
    const { areBusy } = this.users;
    const count = this.#count;
    setText(this.#start, areBusy ? "Start again"
      : `Start ${spelled(count)} ${count === 1 ? "user" : "users"}`);
    this.#start.disabled = !this.connection.isReady;
    byId("stop-users").hidden = !areBusy;
  }
}

/** One user: whose turn it is, the question, the end of the answer. */
class Lane {
  #state = make("span", { class: "facts" });
  #question = make("p", { class: "asked" });
  #text = make("p", { class: "said" });
  #frame = 0;

  constructor(user) {
    this.user = user;
    this.element = make("li", { class: "lane", "data-user": user },
      make("p", { class: "lane-head" },
        make("i", { class: "swatch" }), make("strong", { text: `User ${user}` }), this.#state),
      this.#question, this.#text);
    dress(this.element, user);
  }

  /** A new turn. */
  ask(question, turn, turnCount) {
    this.turn = `${turn} of ${turnCount}`;
    this.element.dataset.state = "open";
    setText(this.#state, this.turn);
    setText(this.#question, question);
    setText(this.#text, "");
  }

  /** More of the answer; drawn once a frame. */
  show(text, usage) {
    this.latest = [text, usage];
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** The last turn has ended, or the conversation was. */
  end(words) {
    this.#draw();
    this.element.dataset.state = words === "done" || words === "stopped" ? words : "failed";
    setText(this.#state, words);
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (!this.latest) return;
    const [text, usage] = this.latest;
    setText(this.#text, text.slice(-shownLength));
    if (usage) setText(this.#state, `${this.turn} · ${many(usage.completion_tokens, "token")}`);
    this.#text.scrollTop = this.#text.scrollHeight;
  }
}
