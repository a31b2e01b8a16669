import { BlockStates } from "./block-states.js";
import { byId, setText } from "./dom.js";
import { layoutOf } from "./map-layout.js";
import { nameOf, squareOf } from "./map-squares.js";
import { MapTiles } from "./map-tiles.js";
import { describeMap, describeScale, describeSquare } from "./map-words.js";

const tallest = 240;
const largest = 20;
const largestFilled = 14;

/** The map of the KV cache on a canvas: draws the squares that changed, says what is pointed at. */
export class BlockMap {
  #canvas = byId("map");
  #frame = byId("map-frame");
  #context = this.#canvas.getContext("2d");
  #states = new BlockStates();
  #layout = null;
  #tiles = null;
  #drawn = [];
  #snapshot = null;
  #onlyFilled = null;
  // The square that is pointed at; not a number for none.
  #cursor = NaN;
  #shape = "";

  constructor(holders, highlight) {
    this.holders = holders;
    this.highlight = highlight;
    new ResizeObserver(() => this.#redraw()).observe(this.#frame);
    document.addEventListener("themechange", () => this.#redraw());
    highlight.addEventListener("change", () => this.#draw());
    this.#connectPointer();
    this.#canvas.addEventListener("keydown", (event) => this.#key(event));
    this.#canvas.addEventListener("blur", () => this.#point(NaN));
    byId("map-all").addEventListener("click", () => this.#show(false));
    byId("map-filled").addEventListener("click", () => this.#show(true));
  }

  /** Shows a snapshot. */
  update(snapshot) {
    this.#snapshot = snapshot;
    this.#states.update(snapshot);
    if (this.#onlyFilled === null && this.#frame.clientWidth) this.#choose();
    else this.#draw();
  }

  /** Shows all blocks at first, if there is room for a square for each. */
  #choose() {
    const layout = layoutOf(this.#states.count, this.#frame.clientWidth, tallest, largest);
    this.#show(layout.perSquare > 1);
  }

  #show(onlyFilled) {
    this.#onlyFilled = onlyFilled;
    byId("map-all").setAttribute("aria-pressed", !onlyFilled);
    byId("map-filled").setAttribute("aria-pressed", onlyFilled);
    this.#redraw();
  }

  #redraw() {
    this.#layout = null;
    this.#draw();
  }

  /** The blocks that a square stands for. */
  #blocksOf(index) {
    const { perSquare } = this.#layout;
    const begin = index * perSquare;
    if (this.#onlyFilled) return this.#states.filled.slice(begin, begin + perSquare);
    const length = Math.min(perSquare, this.#states.count - begin);
    return Array.from({ length }, (_, offset) => begin + offset);
  }

  #draw() {
    if (!this.#snapshot || !this.#frame.clientWidth) return;
    this.#layOut();
    const { size, columns, squares } = this.#layout;
    const side = size * devicePixelRatio;
    for (let index = 0; index < squares; index += 1) {
      const square = squareOf(this.#states, this.#blocksOf(index), this.holders,
        this.highlight.request);
      const name = nameOf(square);
      if (this.#drawn[index] === name) continue;
      this.#drawn[index] = name;
      const x = Math.round((index % columns) * side);
      const y = Math.round(Math.floor(index / columns) * side);
      this.#context.clearRect(x, y, this.#tiles.size, this.#tiles.size);
      this.#context.drawImage(this.#tiles.get(name, square), x, y);
    }
    this.#say();
  }

  #layOut() {
    const width = this.#frame.clientWidth;
    const layout = this.#onlyFilled
      ? layoutOf(this.#states.filled.length, width, tallest, largestFilled)
      : layoutOf(this.#states.count, width, tallest, largest);
    const key = Object.values(layout).join() + [width, devicePixelRatio];
    if (this.#layout && this.#shape === key) return;
    this.#shape = key;
    this.#layout = layout;
    this.#drawn = [];
    const side = Math.round(layout.size * devicePixelRatio);
    this.#tiles = new MapTiles(side, devicePixelRatio, this.#canvas);
    const height = layout.rows * layout.size;
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
  }

  #say() {
    const { blocks } = this.#snapshot;
    this.#canvas.setAttribute("aria-label", describeMap(blocks));
    this.#canvas.dataset.shared = this.#states.sharedCount;
    setText(byId("map-scale"), describeScale(blocks, this.#layout, this.#onlyFilled));
    const isInside = this.#cursor < this.#layout.squares;
    setText(byId("map-detail"), isInside
      ? describeSquare(this.#states, this.#blocksOf(this.#cursor), this.holders)
      : hint(this.#layout));
  }

  #connectPointer() {
    const follow = (event) => this.#point(this.#squareAt(event));
    this.#canvas.addEventListener("pointermove", follow);
    this.#canvas.addEventListener("pointerdown", follow);
    this.#canvas.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.#point(NaN);
    });
  }

  #squareAt(event) {
    if (!this.#layout) return NaN;
    const { size, columns } = this.#layout;
    const column = Math.floor(event.offsetX / size);
    return column < columns ? Math.floor(event.offsetY / size) * columns + column : NaN;
  }

  #key(event) {
    if (!this.#layout) return;
    const { columns, squares } = this.#layout;
    const steps = {
      ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns,
      Home: -squares, End: squares,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const next = this.#cursor + steps[event.key];
    this.#point(Math.max(0, Math.min(squares - 1, next)) || 0);
  }

  /** Says what a square is, and lets the request that has it alone stand out. */
  #point(index) {
    if (index === this.#cursor || !this.#layout) return;
    this.#cursor = index;
    const isInside = index < this.#layout.squares;
    const requests = isInside ? this.#states.holders(this.#blocksOf(index)[0]) : [];
    this.highlight.point(requests.length === 1 ? requests[0] : null);
  }
}

const hint = ({ squares }) => squares ? "Point at a square to see what it is."
  : "No block holds anything yet.";
