import { byId } from "./dom.js";

/** Switches between the two panes where there is room for one only. */
export function connectTabs() {
  const narrow = matchMedia("(max-width: 859px)");
  let shown = "chat";
  const show = () => {
    for (const name of ["chat", "engine"]) {
      byId(`tab-${name}`).setAttribute("aria-pressed", name === shown);
      byId(name).hidden = narrow.matches && name !== shown;
    }
  };
  byId("tabs").addEventListener("click", ({ target }) => {
    shown = target.closest("[data-pane]")?.dataset.pane ?? shown;
    show();
  });
  narrow.addEventListener("change", show);
  show();
}
