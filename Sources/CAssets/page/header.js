import { byId, setText } from "./dom.js";

const words = {
  connecting: "Connecting", loading: "Loading", key: "Key needed", ready: "Ready",
  gone: "Not reachable",
};

/** Shows in the page's head what is served and whether it can be used. */
export function connectHeader(connection) {
  const show = () => {
    const { phase, message, model } = connection;
    const state = byId("state");
    state.dataset.phase = document.body.dataset.phase = phase;
    setText(state, words[phase]);
    state.title = message;
    const name = model.id.split("/").filter(Boolean).at(-1) ?? "";
    setText(byId("model-name"), name);
    byId("model-name").title = model.id;
    byId("small-model").hidden = name !== "martlet-mini";
    document.title = name ? `${name} – Martlet` : "Martlet";
    byId("trouble").hidden = phase === "ready" || phase === "connecting";
    setText(byId("trouble"), phase === "key" ? message : `${message} The page goes on by itself.`);
  };
  connection.addEventListener("change", show);
  show();
}
