import { events } from "./events.js";
import { ServerError, translated } from "./server.js";

/** Asks for an answer and yields its pieces. Aborting the signal ends it in the engine, too. */
export async function* chatAnswer(server, request, signal) {
  for await (const { choices, usage } of chunks(server, "v1/chat/completions", request, signal)) {
    yield {
      text: choices[0]?.delta.content ?? "",
      thought: choices[0]?.delta.reasoning_content ?? "",
      finish: choices[0]?.finish_reason ?? null,
      usage,
    };
  }
}

/** Has several prompts continued in one stream; `index` says whose piece it is. */
export async function* completions(server, request, signal) {
  for await (const { choices, usage } of chunks(server, "v1/completions", request, signal)) {
    if (choices.length) yield { index: choices[0].index, text: choices[0].text, usage };
  }
}

async function* chunks(server, path, request, signal) {
  const stream = {
    stream: true, stream_options: { include_usage: true, continuous_usage_stats: true },
  };
  const response = await server.open(path, { ...request, ...stream }, signal);
  let isComplete = false;
  try {
    for await (const data of events(response.body)) {
      if (data === "[DONE]") isComplete = true;
      else yield checked(JSON.parse(data));
    }
  } catch (error) {
    throw translated(error);
  }
  if (!isComplete) throw new ServerError("gone", "The connection broke off.");
}

function checked(chunk) {
  if (chunk.error) throw new ServerError("refused", chunk.error.message);
  return chunk;
}

/** Times an answer: when its first and its last token came. */
export class AnswerClock {
  #begin = performance.now();
  #first = null;
  #last = null;

  /** Notes that a piece came. */
  tick() {
    this.#last = performance.now();
    this.#first ??= this.#last;
  }

  /** Seconds until the first piece; null before it. */
  get firstSeconds() {
    return this.#first === null ? null : (this.#first - this.#begin) / 1000;
  }

  /** Tokens per second after the first one; null where it cannot be said. */
  rate(tokenCount) {
    const seconds = (this.#last - this.#first) / 1000;
    return tokenCount > 1 && seconds > 0 ? (tokenCount - 1) / seconds : null;
  }
}
