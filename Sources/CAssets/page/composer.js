import { byId } from "./dom.js";
import { Stored } from "./store.js";

/** The field for the question, its buttons and keys. What is typed survives a reload. */
export class Composer {
  #draft = new Stored("draft", "");
  #field = byId("question");

  constructor(chat, connection) {
    this.chat = chat;
    this.connection = connection;
    this.#field.value = this.#draft.read();
    this.#field.addEventListener("input", () => this.#draft.write(this.#field.value));
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    byId("composer").addEventListener("submit", (event) => this.#submit(event));
    byId("stop").addEventListener("click", () => this.#stop());
    byId("new-conversation").addEventListener("click", () => this.#clear());
    document.addEventListener("keydown", (event) => this.#escape(event));
    chat.addEventListener("change", () => this.#show());
    chat.addEventListener("edit", (event) => this.#edit(event.detail));
    connection.addEventListener("change", () => this.#show());
    this.#show();
  }

  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
  }

  #escape(event) {
    if (event.key === "Escape" && this.chat.isBusy && !byId("key-dialog").open) this.#stop();
  }

  #submit(event) {
    event.preventDefault();
    const question = this.#field.value.trim();
    if (question && this.chat.ask(question)) this.#fill("");
  }

  #stop() {
    this.chat.stop();
    this.#field.focus();
  }

  #clear() {
    this.chat.clear();
    this.#field.focus();
  }

  /** Puts an earlier question back; what was being typed stays below it. */
  #edit(question) {
    const typed = this.#field.value.trim();
    this.#fill(typed ? `${question}\n${typed}` : question);
    this.#field.focus();
  }

  #fill(text) {
    this.#field.value = text;
    this.#draft.write(text);
  }

  #show() {
    byId("stop").hidden = !this.chat.isBusy;
    byId("send").hidden = this.chat.isBusy;
    byId("send").disabled = !this.connection.isReady;
    for (const button of byId("examples").querySelectorAll("button")) {
      button.disabled = !this.connection.isReady;
    }
  }
}
