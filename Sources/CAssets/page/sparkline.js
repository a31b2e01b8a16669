const namespace = "http://www.w3.org/2000/svg";
const width = 120;
const height = 32;
const shownSeconds = 60;

/** A small curve of the last minute. */
export class Sparkline {
  #area = document.createElementNS(namespace, "path");
  #line = document.createElementNS(namespace, "path");

  constructor() {
    this.element = document.createElementNS(namespace, "svg");
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.element.setAttribute("preserveAspectRatio", "none");
    this.element.setAttribute("aria-hidden", "true");
    this.element.classList.add("sparkline");
    this.#area.classList.add("area");
    this.element.append(this.#area, this.#line);
  }

  /** Draws pairs of seconds ago and value, the oldest first. */
  draw(series) {
    const most = Math.max(1, ...series.map(([, value]) => value));
    const points = series.filter(([ago]) => ago <= shownSeconds).map(([ago, value]) => {
      const x = width * (1 - ago / shownSeconds);
      const y = height - 1.5 - (height - 3) * (value / most);
      return `${x.toFixed(1)} ${y.toFixed(1)}`;
    });
    const path = points.length > 1 ? `M${points.join("L")}` : "";
    this.#line.setAttribute("d", path);
    this.#area.setAttribute("d", path && `${path}V${height}H${points[0].split(" ")[0]}Z`);
  }
}
