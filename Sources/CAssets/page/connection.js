const phases = { key: "key", unavailable: "loading" };
const again = { loading: 1000, gone: 2000 };

/**
 * Whether the server can be used, looked at again until it can.
 * Phases: connecting, loading, key (one is needed), ready, gone. Sends `change`.
 */
export class Connection extends EventTarget {
  phase = "connecting";
  message = "";
  model = { id: "", max_model_len: 0 };
  #timer = 0;
  #isLooking = false;

  constructor(server) {
    super();
    this.server = server;
    document.addEventListener("visibilitychange", () => this.#continue());
  }

  /** True if questions can be sent. */
  get isReady() {
    return this.phase === "ready";
  }

  /** Looks at the server now, and goes on until it is ready or needs a key. */
  async look() {
    clearTimeout(this.#timer);
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.server.probe("health/ready");
      const models = await this.server.get("v1/models");
      [this.model] = models.data;
      this.#enter("ready", "");
    } catch (error) {
      this.#enter(phases[error.kind] ?? "gone", error.said ?? error.message);
    } finally {
      this.#isLooking = false;
    }
    this.#continue();
  }

  /** Takes an error of a call: the server may have gone, or serve another model. */
  suspect(error) {
    if (error.kind === "key") this.#enter("key", error.said);
    else if (["gone", "unavailable", "absent"].includes(error.kind)) this.look();
  }

  /** Takes a key and tries it. */
  use(key) {
    this.server.key = key;
    return this.look();
  }

  #continue() {
    clearTimeout(this.#timer);
    if (document.hidden || !(this.phase in again)) return;
    this.#timer = setTimeout(() => this.look(), again[this.phase]);
  }

  #enter(phase, message) {
    if (phase === this.phase && message === this.message && phase !== "key") return;
    this.phase = phase;
    this.message = message;
    this.dispatchEvent(new Event("change"));
  }
}
