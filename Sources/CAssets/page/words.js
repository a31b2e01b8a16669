const whole = new Intl.NumberFormat("en");
const numbers = [
  "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

/** 12,345 */
export const count = (value) => whole.format(value);

/** "1 block", "1,200 blocks" */
export const many = (value, one) => `${count(value)} ${one}${value === 1 ? "" : "s"}`;

/** "three" for 3, figures beyond nine. */
export const spelled = (value) => numbers[value] ?? count(value);

/** A rate with as many digits as mean something. */
export function rate(value) {
  return value < 9.95 ? value.toFixed(1) : count(Math.round(value));
}

/** A share in percent; small ones with a digit more. */
export function percent(share) {
  if (!Number.isFinite(share)) return "–";
  const value = 100 * share;
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)}\u2009%`;
}

/** Seconds, in milliseconds below one. */
export function seconds(value) {
  return value < 0.9995 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`;
}

/** The line below an answer. */
export function answerFacts(turn) {
  const facts = [];
  if (turn.usage) facts.push(many(turn.usage.completion_tokens, "token"));
  if (turn.rate !== null) facts.push(`${rate(turn.rate)} tokens/s`);
  if (turn.firstSeconds !== null) facts.push(`first after ${seconds(turn.firstSeconds)}`);
  const cached = turn.usage?.prompt_tokens_details?.cached_tokens;
  if (cached) facts.push(`${count(cached)} of ${count(turn.usage.prompt_tokens)} read from cache`);
  if (turn.state === "stopped") facts.push("stopped");
  if (turn.state === "done" && turn.finish !== "stop") facts.push(ending(turn.finish));
  return facts.join(" · ");
}

/** Why an answer ended, where that was not its own end. */
function ending(finish) {
  return finish === "length" ? "cut off: the longest length is reached" : `ended: ${finish ?? "?"}`;
}
