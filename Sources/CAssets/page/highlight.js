/** The request that is pointed at, or held by a click. Sends `change`. */
export class Highlight extends EventTarget {
  #pointed = null;
  #held = null;

  /** The request whose blocks stand out; null for none. */
  get request() {
    return this.#pointed ?? this.#held;
  }

  /** True if a click holds this request. */
  holds(request) {
    return this.#held === request;
  }

  /** Points at a request, or away with null. */
  point(request) {
    this.#pointed = request;
    this.dispatchEvent(new Event("change"));
  }

  /** Holds a request until it is clicked again. */
  toggle(request) {
    this.#held = this.#held === request ? null : request;
    this.#pointed = null;
    this.dispatchEvent(new Event("change"));
  }

  /** Lets go of a request that is no more. */
  keepOnly(requests) {
    if (this.request === null || requests.has(this.request)) return;
    this.#pointed = this.#held = null;
    this.dispatchEvent(new Event("change"));
  }
}
