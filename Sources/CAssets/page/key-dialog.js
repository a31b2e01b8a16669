import { byId } from "./dom.js";

/** Asks for the server's key whenever the connection needs one. */
export class KeyDialog {
  #dialog = byId("key-dialog");
  #field = byId("key-field");

  constructor(connection, server) {
    this.connection = connection;
    this.server = server;
    byId("key-form").addEventListener("submit", (event) => this.#use(event));
    byId("key-cancel").addEventListener("click", () => this.#dialog.close());
    byId("key-button").addEventListener("click", () => this.#show());
    connection.addEventListener("change", () => this.#follow());
  }

  #follow() {
    byId("key-button").hidden = this.connection.phase !== "key";
    if (this.connection.phase === "key") this.#show();
    else if (this.connection.isReady) this.#dialog.close();
  }

  #show() {
    if (this.server.hasKey) byId("key-note").textContent = "The server did not accept this key.";
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#field.select();
  }

  #use(event) {
    event.preventDefault();
    this.connection.use(this.#field.value.trim());
    this.#field.value = "";
  }
}
