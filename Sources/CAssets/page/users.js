import { completions } from "./answers.js";
import { questionsOf, sharedSystem } from "./prompts.js";

// A browser opens six connections to a server: these, one for the chat, one for the figures.
const groupCount = 4;
const readingMilliseconds = 250;
// What a fast model does would hardly be seen: users begin anew for so long.
const leastMilliseconds = 20_000;
const arrivalMilliseconds = 150;

/**
 * Users who talk at once, all with the same long system prompt. Up to four go their own ways; more
 * share the connections and take their turns together. Sends `change` when they start or end.
 */
export class Users extends EventTarget {
  #abort = null;

  /** @param {{server, connection, tickets}} parts */
  constructor(parts) {
    super();
    this.parts = parts;
  }

  /** True while users talk. */
  get areBusy() {
    return this.#abort !== null;
  }

  /** Lets one user talk in each of the lanes. */
  async start(lanes) {
    this.stop();
    const abort = this.#abort = new AbortController();
    this.dispatchEvent(new Event("change"));
    const groups = groupsOf(lanes);
    await Promise.all(groups.map((group, index) => this.#talk(group, index, abort.signal)));
    if (this.#abort !== abort) return;
    this.#abort = null;
    this.dispatchEvent(new Event("change"));
  }

  /** Ends all conversations. */
  stop() {
    this.#abort?.abort();
    this.#abort = null;
    this.dispatchEvent(new Event("change"));
  }

  async #talk(group, index, signal) {
    try {
      await pause(index * arrivalMilliseconds, signal);
      const plan = await this.#plan(signal);
      const end = performance.now() + leastMilliseconds;
      for (let round = 0; round === 0 || performance.now() < end; round += 1) {
        await this.#converse(group, round, plan, signal);
      }
      for (const { lane } of group) lane.end("done");
    } catch (error) {
      const words = error.name === "AbortError" ? "stopped" : error.message;
      for (const { lane } of group) lane.end(words);
      this.parts.connection.suspect(error);
    }
  }

  async #converse(group, round, plan, signal) {
    for (const talk of group) {
      talk.messages = [{ role: "system", content: plan.system }];
      talk.questions = questionsOf(talk.lane.user + 3 * round);
    }
    for (let turn = 0; turn < group[0].questions.length; turn += 1) {
      await this.#takeTurn(group, turn, plan.maxTokens, signal);
      await pause(readingMilliseconds, signal);
    }
  }

  /** A system prompt and a length of answers with which all turns fit into the model's context. */
  async #plan(signal) {
    const most = this.parts.connection.model.max_model_len || 1024;
    const sentences = [...sharedSystem];
    const isTooLong = async () => {
      const tokens = await this.#tokens({ prompt: sentences.join(" ") }, signal);
      return tokens.length > most * 0.3;
    };
    while (sentences.length > 1 && await isTooLong()) sentences.pop();
    return { system: sentences.join(" "), maxTokens: Math.min(256, Math.floor(most * 0.16)) };
  }

  async #tokens(text, signal) {
    return (await this.parts.server.post("tokenize", text, signal)).tokens;
  }

  /** One question and one answer for each of a group, all in one stream. */
  async #takeTurn(group, turn, maxTokens, signal) {
    const prompts = [];
    for (const { lane, questions, messages } of group) {
      messages.push({ role: "user", content: questions[turn] });
      lane.ask(questions[turn], turn + 1, questions.length);
      prompts.push(await this.#tokens({ messages }, signal));
    }
    const tickets = group.map(
      ({ lane }, i) => this.parts.tickets.open(lane.user, prompts[i].length));
    const texts = group.map(() => "");
    const request = {
      model: this.parts.connection.model.id, prompt: prompts, max_tokens: maxTokens,
      seed: group[0].lane.user,
    };
    try {
      for await (const { index, text, usage } of completions(this.parts.server, request, signal)) {
        texts[index] += text;
        group[index].lane.show(texts[index], usage);
      }
    } finally {
      for (const ticket of tickets) ticket.close();
    }
    group.forEach(({ messages }, i) => messages.push({ role: "assistant", content: texts[i] }));
  }
}

function groupsOf(lanes) {
  const groups = lanes.slice(0, groupCount).map(() => []);
  lanes.forEach((lane, i) => groups[i % groupCount].push({ lane }));
  return groups;
}

/** Waits, unless it is aborted. */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
