import { byId, make } from "./dom.js";
import { Stored } from "./store.js";

const numbers = [
  ["temperature", "Temperature", 0, 2], ["top_p", "Top p", 0, 1], ["top_k", "Top k", -1],
  ["max_tokens", "Longest answer", 1], ["seed", "Seed", 0],
];
const names = ["system", ...numbers.map(([name]) => name)];

/** The form with the system prompt and the sampling; an empty field is the model's own choice. */
export class Settings {
  #stored = new Stored("settings", {});
  #form = byId("settings");
  #button = byId("settings-button");

  constructor() {
    byId("settings-reset").before(...numbers.map(numberField));
    this.#fill(this.#stored.read());
    this.#form.addEventListener("input", () => this.#stored.write(this.#values()));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#button.addEventListener("click", () => this.#toggle());
    byId("settings-reset").addEventListener("click", () => this.#reset());
  }

  /** The system prompt; empty for none. */
  get system() {
    return byId("setting-system").value.trim();
  }

  /** The members of a request that were set. */
  get sampling() {
    const members = {};
    for (const [name] of numbers) {
      const value = byId(`setting-${name}`).valueAsNumber;
      if (Number.isFinite(value)) members[name] = value;
    }
    return members;
  }

  #toggle() {
    this.#form.hidden = !this.#form.hidden;
    this.#button.setAttribute("aria-expanded", !this.#form.hidden);
    if (!this.#form.hidden) byId("setting-system").focus();
  }

  #reset() {
    this.#fill({});
    this.#stored.write({});
  }

  #fill(values) {
    for (const name of names) byId(`setting-${name}`).value = values[name] ?? "";
    this.#mark();
  }

  #values() {
    this.#mark();
    return Object.fromEntries(names.map((name) => [name, byId(`setting-${name}`).value]));
  }

  /** Shows on the closed form's button that something is set. */
  #mark() {
    const count = Object.keys(this.sampling).length + (this.system ? 1 : 0);
    this.#button.textContent = count ? `Settings (${count})` : "Settings";
  }
}

function numberField([name, title, min, max]) {
  return make("label", { text: title }, make("input", {
    id: `setting-${name}`, type: "number", step: "any", placeholder: "default", min, max,
  }));
}
