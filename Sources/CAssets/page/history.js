const keptSeconds = 62;
const smoothedSeconds = 2;

/** The counts of the last minute, and their rates. */
export class History {
  #samples = [];

  /** Takes a snapshot. A server that has begun anew begins a new history. */
  add({ uptime_seconds: time, totals }) {
    if (this.#samples.length && time < this.#samples.at(-1).time) this.#samples = [];
    this.#samples.push({ time, generated: totals.generated_tokens, prompt: totals.prompt_tokens });
    while (this.#samples[0].time < time - keptSeconds) this.#samples.shift();
  }

  /** Tokens per second, `generated` or `prompt`, over the last two seconds. */
  rate(member) {
    return this.#rateAt(member, this.#samples.length - 1);
  }

  /** Pairs of seconds ago and tokens per second, the oldest first. */
  series(member) {
    const now = this.#samples.at(-1)?.time ?? 0;
    return this.#samples.map(({ time }, index) => [now - time, this.#rateAt(member, index)]);
  }

  #rateAt(member, index) {
    const last = this.#samples[index];
    let first = index;
    while (first > 0 && this.#samples[first].time > last.time - smoothedSeconds) first -= 1;
    const seconds = last.time - this.#samples[first].time;
    return seconds > 0 ? (last[member] - this.#samples[first][member]) / seconds : 0;
  }
}
