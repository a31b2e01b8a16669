// A light Markdown: code, lists, headings, paragraphs; bold and code inside. No HTML, no links:
// what a model writes becomes text nodes and nothing else. Every scan is linear in the text.
import { make } from "./dom.js";

const fence = /^ {0,3}(```+|~~~+(?!~))[^`]*$/;
const item = /^( *)([-*+]|\d{1,9}[.)]) +(?=\S)/;
const heading = /^ {0,3}(#{1,6}) +/;

/** Cuts a text into blocks; the `start` of a block is where in the text it begins. */
export function blocksOf(text) {
  const blocks = [];
  let open = null;
  let start = 0;
  for (const line of text.split("\n")) {
    open = taken(open, line, start, blocks);
    start += line.length + 1;
  }
  return blocks;
}

/** Gives a line to the open block or begins another; the result is the block that is open then. */
function taken(open, line, start, blocks) {
  if (open?.kind === "code") {
    if (line.trim() === open.mark) return null;
    open.lines.push(line);
    return open;
  }
  if (!line.trim()) return null;
  const block = begun(line, start, open);
  if (block === open) return open;
  blocks.push(block);
  return block.kind === "heading" ? null : block;
}

function begun(line, start, open) {
  let found = fence.exec(line);
  if (found) return { kind: "code", start, mark: found[1], lines: [] };
  found = heading.exec(line);
  if (found) return { kind: "heading", start, lines: [line.slice(found[0].length)] };
  found = item.exec(line);
  if (found) return withItem(open, line.slice(found[0].length), found, start);
  if (!open) return { kind: "paragraph", start, lines: [line] };
  (open.items?.at(-1) ?? open).lines.push(line.trim());
  return open;
}

function withItem(open, text, [, indent, mark], start) {
  const isOrdered = mark.length > 1;
  const isDeep = indent.length > 1;
  const fits = open?.kind === "list" && (open.isOrdered === isOrdered || isDeep);
  const list = fits ? open
    : { kind: "list", start, isOrdered, first: Number.parseInt(mark, 10), items: [] };
  list.items.push({ lines: [text], isDeep });
  return list;
}

/** The element that shows a block. */
export function elementOf(block) {
  switch (block.kind) {
    case "code":
      return make("pre", { tabindex: 0 }, make("code", { text: block.lines.join("\n") }));
    case "heading":
      return withInline(make("p", { class: "heading" }), block.lines[0]);
    case "list":
      return listOf(block);
    default:
      return withInline(make("p"), block.lines.join("\n"));
  }
}

function listOf(block) {
  const list = make(block.isOrdered ? "ol" : "ul");
  if (block.isOrdered) list.start = block.first;
  for (const { lines, isDeep } of block.items) {
    list.append(withInline(make("li", { class: isDeep && "deep" }), lines.join("\n")));
  }
  return list;
}

/** Adds a text with its bold parts and its code. */
function withInline(element, text) {
  const marks = text.split(/(`+|\*\*)/);
  const last = new Map();
  for (let i = 1; i < marks.length; i += 2) last.set(marks[i], i);
  let target = element;
  for (let i = 0; i < marks.length; i += 1) {
    const mark = i % 2 === 1 ? marks[i] : null;
    if (mark === "**" && target !== element) {
      target = element;
    } else if (mark === "**" && last.get(mark) > i && marks[i + 1]) {
      target = make("strong");
      element.append(target);
    } else if (mark && mark !== "**" && last.get(mark) > i) {
      const end = marks.indexOf(mark, i + 1);
      target.append(make("code", { text: marks.slice(i + 1, end).join("") }));
      i = end;
    } else {
      target.append(marks[i]);
    }
  }
  return element;
}
