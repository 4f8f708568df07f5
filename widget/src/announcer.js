import { make, pin } from "./dom.js";

// In the page and not in the shadow root: some screen readers do not hear regions in there.
const HEARD_MS = 1_500;
let region = null;
let timer;

/** Put the region into the page, before it is first needed. */
export function listen() {
  if (region?.isConnected) return;
  region = pin(make("div", { role: "status", "aria-live": "polite", "aria-atomic": "true" }), {
    all: "initial", display: "block", position: "absolute", width: "1px", height: "1px",
    overflow: "hidden", "clip-path": "inset(50%)", "white-space": "nowrap",
  });
  document.body.append(region);
}

/** Say something once to screen readers, and take it out of the page again. */
export function announce(text, lang) {
  if (!region) return;
  clearTimeout(timer);
  region.lang = lang;
  region.textContent = text;
  timer = setTimeout(() => region.replaceChildren(), HEARD_MS);
}

/** Empty the region and take it away. */
export function hush() {
  clearTimeout(timer);
  region?.remove();
  region = null;
}
