import { count, many } from "./words.js";

/** The whole map in one sentence. */
export function describeMap({ used, count: all, shared }) {
  return `${count(used)} of ${many(all, "block")} in use, ${count(shared)} shared`;
}

/** How many blocks there are, how large they are, and what a square stands for. */
export function describeScale({ count: all, tokens_per_block: size }, layout, onlyFilled) {
  const { blockCount, perSquare } = layout;
  const what = onlyFilled ? `${count(blockCount)} of ${many(all, "block")}` : many(all, "block");
  const scale = perSquare > 1 ? `, ${count(perSquare)} to a square` : "";
  return `${what} of ${many(size, "token")}${scale}`;
}

/** What some blocks are. */
export function describeSquare(states, blocks, holders) {
  return blocks.length === 1 ? describeBlock(states, blocks[0], holders)
    : describeRun(states, blocks, holders);
}

function describeBlock(states, block, holders) {
  const requests = states.holders(block);
  const name = `Block ${count(block)}`;
  if (requests.length > 1) return `${name}: shared by ${listed(requests, holders)}`;
  if (requests.length === 1) return `${name}: held by ${listed(requests, holders)}`;
  return states.isCached(block) ? `${name}: free, its content can still be found` : `${name}: free`;
}

function describeRun(states, blocks, holders) {
  const held = blocks.filter((block) => states.holders(block).length);
  const kept = blocks.filter((block) => states.isCached(block)).length;
  const rest = blocks.length - held.length - kept;
  const requests = [...new Set(held.flatMap((block) => states.holders(block)))];
  const parts = [
    held.length && `${count(held.length)} held by ${listed(requests, holders)}`,
    kept && `${count(kept)} free with content kept`,
    rest && `${count(rest)} free`,
  ];
  const run = `Blocks ${count(blocks[0])} to ${count(blocks.at(-1))}`;
  return `${run}: ${parts.filter(Boolean).join(", ")}`;
}

function listed(requests, holders) {
  const names = requests.slice(0, 5).map((request) => holders.nameOf(request));
  const more = requests.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${count(more)} more` : "");
}
