import { Stored } from "./store.js";

/** What went wrong with a call, in words for the reader. */
export class ServerError extends Error {
  /** @param {"gone"|"key"|"absent"|"busy"|"unavailable"|"refused"} kind */
  constructor(kind, said, advice = "") {
    super(said + advice);
    this.kind = kind;
    this.said = said;
  }
}

/** The server that this page came from. All addresses are relative to the page. */
export class Server {
  #key = new Stored("key", null);

  /** Takes the key that further calls are made with. */
  set key(key) {
    this.#key.write(key);
  }

  /** True if a key was given. */
  get hasKey() {
    return Boolean(this.#key.read());
  }

  /** Asks for an address of which only the status counts. */
  probe(path) {
    return this.#call(path, {});
  }

  /** The JSON of a GET. */
  async get(path, signal) {
    return parsed(await this.#call(path, { signal }));
  }

  /** The JSON of a POST. */
  async post(path, body, signal) {
    return parsed(await this.open(path, body, signal));
  }

  /** The answer to a POST, not read yet. */
  open(path, body, signal) {
    const headers = { "Content-Type": "application/json" };
    return this.#call(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  }

  async #call(path, options) {
    const key = this.#key.read();
    const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
    let response;
    try {
      response = await fetch(path, { cache: "no-store", ...options, headers });
    } catch (error) {
      throw translated(error);
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }
}

/** An abort stays what it is; all else that fetch throws means that nobody answered. */
export function translated(error) {
  if (error instanceof ServerError || error.name === "AbortError") return error;
  return new ServerError("gone", "The server cannot be reached.");
}

async function parsed(response) {
  try {
    return await response.json();
  } catch (error) {
    throw translated(error);
  }
}

const kinds = { 401: "key", 404: "absent", 429: "busy", 503: "unavailable" };

/** The error that a response with a bad status stands for, in the server's words if it has some. */
async function refusal(response) {
  const kind = kinds[response.status] ?? "refused";
  const said = await response.json().then((body) => body.error.message, () => null);
  const text = kind === "key" ? "The server asks for a key."
    : said ?? `The server answered with status ${response.status}.`;
  return new ServerError(kind, text, advice(response));
}

/** When to come again, as a sentence. */
function advice(response) {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  if (!(seconds > 0)) return "";
  return ` Try again in ${seconds === 1 ? "a second" : `${seconds} seconds`}.`;
}
