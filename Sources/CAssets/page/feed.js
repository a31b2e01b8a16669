const everyMilliseconds = 250;

/** What the engine does, asked four times a second while somebody looks. Sends `snapshot`. */
export class Feed extends EventTarget {
  #timer = 0;
  #isAsking = false;

  constructor(server, connection) {
    super();
    this.server = server;
    this.connection = connection;
    document.addEventListener("visibilitychange", () => this.#next(0));
    connection.addEventListener("change", () => this.#next(0));
  }

  #next(delay) {
    clearTimeout(this.#timer);
    if (document.hidden || !this.connection.isReady) return;
    this.#timer = setTimeout(() => this.#ask(), delay);
  }

  async #ask() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const begin = performance.now();
    let delay = everyMilliseconds;
    try {
      const snapshot = await this.server.get("engine", AbortSignal.timeout(10_000));
      this.dispatchEvent(new CustomEvent("snapshot", { detail: snapshot }));
    } catch (error) {
      if (error.kind === "absent") {
        this.dispatchEvent(new Event("absent"));
        delay = 10_000;
      } else {
        this.connection.suspect(error);
      }
    }
    this.#isAsking = false;
    this.#next(Math.max(50, delay - (performance.now() - begin)));
  }
}
