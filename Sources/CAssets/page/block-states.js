const cachedMark = -1;
const nobody = [];

/** What every block is at a moment: free, cached, or held by requests. */
export class BlockStates {
  // The first holder's number plus one; 0 for a free block.
  #first = new Int32Array(0);
  #shared = new Map();

  /** The blocks that hold something, in rising order. */
  filled = [];

  /** Takes a snapshot's blocks. Runs that reach beyond the cache are cut. */
  update(snapshot) {
    const size = Math.max(0, snapshot.blocks.count);
    if (this.#first.length === size) this.#first.fill(0);
    else this.#first = new Int32Array(size);
    this.#shared.clear();
    for (const block of this.#blocksIn(snapshot.blocks.cached)) this.#first[block] = cachedMark;
    for (const { request, blocks } of snapshot.running) {
      for (const block of this.#blocksIn(blocks)) this.#hold(block, request);
    }
    this.filled = [];
    for (let block = 0; block < size; block += 1) {
      if (this.#first[block] !== 0) this.filled.push(block);
    }
  }

  /** How many blocks there are. */
  get count() {
    return this.#first.length;
  }

  /** True for a free block whose content can still be found. */
  isCached(block) {
    return this.#first[block] === cachedMark;
  }

  /** The requests that hold a block; none for a free one. */
  holders(block) {
    const first = this.#first[block];
    return first > 0 ? this.#shared.get(block) ?? [first - 1] : nobody;
  }

  /** How many blocks have several holders. */
  get sharedCount() {
    return this.#shared.size;
  }

  #hold(block, request) {
    const first = this.#first[block];
    if (first <= 0) {
      this.#first[block] = request + 1;
    } else if (this.#shared.has(block)) {
      this.#shared.get(block).push(request);
    } else {
      this.#shared.set(block, [first - 1, request]);
    }
  }

  * #blocksIn(runs) {
    for (const [begin, length] of runs) {
      const end = Math.min(begin + length, this.#first.length);
      for (let block = Math.max(0, begin); block < end; block += 1) yield block;
    }
  }
}
