/** Colours that can be told apart; further styles repeat them with a mark. */
export const colourCount = 8;
const styleCount = 3 * colourCount;

/**
 * A style for every request: a colour of eight and one of three marks.
 * The chat has style 0, simulated user n style n; others keep a free one as long as they live.
 */
export class Holders {
  #styles = new Map();
  #owners = new Map();

  /** Takes the requests that live, and whose they are. */
  update(snapshot, owners) {
    const living = new Set();
    for (const { request } of [...snapshot.running, ...snapshot.waiting]) living.add(request);
    for (const [request, owner] of owners) {
      this.#owners.set(request, owner);
      this.#styles.set(request, owner);
    }
    for (const request of this.#styles.keys()) {
      if (living.has(request)) continue;
      this.#owners.delete(request);
      this.#styles.delete(request);
    }
    const taken = new Set(this.#styles.values());
    for (const request of living) {
      if (!this.#styles.has(request)) this.#styles.set(request, unused(taken, request));
    }
  }

  /** The style of a request, 0 to 23. */
  styleOf(request) {
    return this.#styles.get(request) ?? request % styleCount;
  }

  /** Whose request it is, in words. */
  nameOf(request) {
    const owner = this.#owners.get(request);
    if (owner === undefined) return `Request ${request}`;
    return owner === 0 ? "Your question" : `User ${owner}`;
  }
}

/** Puts the swatch of a style on an element. */
export function dress(element, style) {
  element.dataset.colour = style % colourCount;
  element.dataset.mark = Math.floor(style / colourCount) % 3;
}

/** A style that nobody has, if there is one; those of the first users come last. */
function unused(taken, request) {
  for (let i = 0; i < styleCount; i += 1) {
    const style = (i + 4) % styleCount;
    if (taken.has(style)) continue;
    taken.add(style);
    return style;
  }
  return request % styleCount;
}
