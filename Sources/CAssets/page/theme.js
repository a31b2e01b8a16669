// Runs before the first paint: a page in the wrong colours would flash.
import { tried } from "./store.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const place = "martlet.theme";
const page = document.documentElement;

/** Puts the chosen colours on the page, or the system's, and tells those that draw. */
function apply() {
  const chosen = tried(() => localStorage.getItem(place));
  page.dataset.theme = chosen ?? (dark.matches ? "dark" : "light");
  document.getElementById("theme")?.setAttribute("aria-pressed", page.dataset.theme === "dark");
  document.dispatchEvent(new Event("themechange"));
}

/** Notes the other theme as the user's choice; the system's own is none. */
function change() {
  const theme = page.dataset.theme === "dark" ? "light" : "dark";
  const isSystems = (theme === "dark") === dark.matches;
  tried(() => isSystems ? localStorage.removeItem(place) : localStorage.setItem(place, theme));
  apply();
}

/** Connects the switch in the page's head. */
export function connectThemeSwitch(button) {
  button.addEventListener("click", change);
  dark.addEventListener("change", apply);
  apply();
}

apply();
