/** The element of this id; the page's own HTML has it. */
export const byId = (id) => document.getElementById(id);

/** Makes an element with members (`class`, `text`, `on…`, attributes) and children. */
export function make(tag, members = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(members)) give(element, name, value);
  element.append(...children);
  return element;
}

/** A button that calls `act`. */
export function makeButton(text, act, members = {}) {
  return make("button", { type: "button", class: "quiet", text, onclick: act, ...members });
}

/** Sets text only where it differs, so that nothing is laid out for nothing. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function give(element, name, value) {
  if (value === undefined || value === false) return;
  if (name === "text") element.textContent = value;
  else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else element.setAttribute(name, value === true ? "" : value);
}
