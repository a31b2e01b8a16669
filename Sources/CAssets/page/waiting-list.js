import { byId, make, setText } from "./dom.js";
import { dress } from "./holders.js";
import { count, many } from "./words.js";

const shownCount = 16;

/** Shows the queue: who is next, first. */
export function showWaiting({ waiting, waiting_count: waitingCount }, holders) {
  byId("waiting-section").hidden = waitingCount === 0;
  const items = waiting.slice(0, shownCount).map((entry) => {
    const again = entry.preemptions ? ", preempted" : "";
    const item = make("li", {},
      make("i", { class: "swatch" }),
      `${holders.nameOf(entry.request)}: ${many(entry.prompt_tokens, "token")}${again}`);
    dress(item, holders.styleOf(entry.request));
    return item;
  });
  if (waitingCount > items.length) {
    items.push(make("li", { text: `and ${count(waitingCount - items.length)} more` }));
  }
  byId("waiting").replaceChildren(...items);
  setText(byId("waiting-note"), waitingCount ? count(waitingCount) : "");
}
