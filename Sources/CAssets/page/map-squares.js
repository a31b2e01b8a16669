const shownHolders = 4;

/**
 * What a square of the map shows.
 * @typedef {{kind: "free"|"cached"|"held", styles: ?number[], isShared: ?boolean,
 *   isDim: ?boolean}} Square
 */
const free = { kind: "free" };
const cached = { kind: "cached" };

/** What stands for some blocks; `request` is the one that stands out. @returns {Square} */
export function squareOf(states, blocks, holders, request) {
  const counts = new Map();
  let isKept = false;
  let isShared = false;
  for (const block of blocks) {
    if (states.isCached(block)) isKept = true;
    const requests = states.holders(block);
    if (requests.length > 1) isShared = true;
    for (const one of requests) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  if (counts.size === 0) return isKept ? cached : free;
  return {
    kind: "held",
    styles: stylesOf(counts, holders),
    isShared,
    isDim: request !== null && !counts.has(request),
  };
}

/** A name for how a square looks; equal names look alike. @param {Square} square */
export function nameOf({ kind, styles, isShared, isDim }) {
  return kind === "held" ? `${styles} ${isShared} ${isDim}` : kind;
}

/** The styles of those that hold most. */
function stylesOf(counts, holders) {
  return [...counts].sort((one, other) => other[1] - one[1] || one[0] - other[0])
    .slice(0, shownHolders).map(([request]) => holders.styleOf(request));
}
