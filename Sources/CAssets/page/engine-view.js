import { BlockMap } from "./block-map.js";
import { Counters } from "./counters.js";
import { byId, setText } from "./dom.js";
import { Highlight } from "./highlight.js";
import { Holders } from "./holders.js";
import { RequestList } from "./request-list.js";
import { showWaiting } from "./waiting-list.js";

/** Shows what the feed brings: figures, map, requests, queue. */
export function connectEngineView(feed, tickets) {
  const holders = new Holders();
  const highlight = new Highlight();
  const counters = new Counters(byId("counters"));
  const map = new BlockMap(holders, highlight);
  const list = new RequestList(holders, highlight);
  feed.addEventListener("snapshot", ({ detail: snapshot }) => {
    holders.update(snapshot, tickets.match(snapshot));
    counters.update(snapshot);
    map.update(snapshot);
    list.update(snapshot);
    showWaiting(snapshot, holders);
    setText(byId("device"), snapshot.device);
    byId("engine-note").hidden = true;
  });
  feed.addEventListener("absent", () => {
    byId("engine-note").hidden = false;
  });
}
