import { colourCount } from "./holders.js";

/** The pictures of squares, each painted once for a size and a theme. In device pixels. */
export class MapTiles {
  #tiles = new Map();

  /** @param {number} size the gap included */
  constructor(size, ratio, element) {
    this.size = size;
    this.gap = Math.max(1, Math.round(size / ratio >= 11 ? 2 * ratio : ratio));
    this.line = Math.max(1, Math.round(ratio));
    this.element = element;
  }

  /** The picture of a square. */
  get(name, square) {
    if (!this.#tiles.has(name)) this.#tiles.set(name, this.#paint(square));
    return this.#tiles.get(name);
  }

  #paint(square) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = this.size;
    const context = canvas.getContext("2d");
    const inner = this.size - this.gap;
    context.beginPath();
    context.rect(0, 0, inner, inner);
    context.clip();
    if (square.kind === "free") this.#outline(context, inner, "--map-free", this.line);
    else if (square.kind === "cached") this.#paintCached(context, inner);
    else this.#paintHeld(context, inner, square);
    return canvas;
  }

  #paintCached(context, inner) {
    context.fillStyle = this.#colour("--raised");
    context.fillRect(0, 0, inner, inner);
    context.strokeStyle = this.#colour("--map-cached");
    context.lineWidth = this.line;
    const step = Math.max(3 * this.line, inner / 3);
    context.beginPath();
    for (let x = -step / 2; x < 2 * inner; x += step) {
      context.moveTo(x, 0);
      context.lineTo(x - inner, inner);
    }
    context.stroke();
  }

  #paintHeld(context, inner, square) {
    context.globalAlpha = square.isDim ? 0.2 : 1;
    this.#paintBands(context, inner, square.styles);
    if (square.isShared) this.#paintRing(context, inner);
    else this.#paintMark(context, inner, square.styles[0]);
  }

  /** Diagonal bands of equal area, one for each holder. */
  #paintBands(context, inner, styles) {
    for (let i = styles.length - 1; i >= 0; i -= 1) {
      const share = (i + 1) / styles.length;
      const side = inner * (share <= 0.5 ? Math.sqrt(2 * share) : 2 - Math.sqrt(2 - 2 * share));
      context.fillStyle = this.#colour(`--holder-${styles[i] % colourCount}`);
      context.beginPath();
      context.moveTo(0, 0);
      context.lineTo(side, 0);
      context.lineTo(0, side);
      context.fill();
    }
  }

  /** A dot or a bar tells the styles apart that have one colour. */
  #paintMark(context, inner, style) {
    const mark = Math.floor(style / colourCount) % 3;
    if (mark === 0) return;
    const third = Math.max(this.line, Math.round(inner / 3));
    const begin = Math.floor((inner - third) / 2);
    context.fillStyle = this.#colour("--surface");
    if (mark === 1) context.fillRect(begin, begin, third, third);
    else context.fillRect(0, begin, inner, third);
  }

  #paintRing(context, inner) {
    const line = inner / this.line >= 9 ? 2 * this.line : this.line;
    this.#outline(context, inner, "--map-ring", line);
  }

  #outline(context, inner, colour, line) {
    context.strokeStyle = this.#colour(colour);
    context.lineWidth = line;
    context.strokeRect(line / 2, line / 2, inner - line, inner - line);
  }

  /** A colour of the style sheet as a canvas can use it, for the theme of now. */
  #colour(variable) {
    this.element.style.color = `var(${variable})`;
    return getComputedStyle(this.element).color;
  }
}
