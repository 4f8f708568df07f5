import { make, pin } from "./dom.js";

const PRESSES = 3;
const RESET_MS = 5_000;
let leaving = false;

/**
 * From now on no "Leave site?" question of the page may hold anybody back who is leaving. Only what
 * the page registers later is silenced, so ask for this early.
 */
export function allowNoQuestions() {
  addEventListener("beforeunload", (event) => leaving && event.stopImmediatePropagation());
}

/**
 * Watch for Shift pressed three times, anywhere in the page. Nothing is cancelled or stopped, so
 * the page's own keys keep working.
 * @param {(left: number) => void} pressed told how many presses are left; 0 means: leave
 * @param {(key: string) => void} released told of every other key that was released
 */
export function watchKeys(pressed, released) {
  let count = 0;
  let alone = false; // nothing else happened while Shift was down
  let last = 0;
  const other = () => {
    count = 0;
    alone = false;
  };
  const options = { capture: true, passive: true };
  addEventListener("pointerdown", other, options);
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.isComposing) other();
    else if (!event.repeat) alone = !(event.ctrlKey || event.altKey || event.metaKey);
  }, options);
  addEventListener("keyup", (event) => {
    if (event.isComposing) return other();
    if (event.key !== "Shift") return released(event.key);
    if (!alone) return other();
    const now = performance.now();
    if (now - last > RESET_MS) count = 0;
    last = now;
    alone = false;
    count += 1;
    pressed(PRESSES - count);
    if (count === PRESSES) count = 0;
  }, options);
}

/**
 * Leave for another site, in place of this page in the tab's history. No step may stop the last.
 * @param {string} address
 * @param {string} word neutral, shown in the title and on the cover until the other site comes
 * @param {Array<() => void>} first what to do before
 */
export function leave(address, word, first) {
  leaving = true;
  const steps = [...first, () => cover(word), () => (document.title = word), hideOrigin, drop];
  for (const step of steps) {
    try {
      step();
    } catch {
      // Whatever failed, leaving matters more.
    }
  }
  location.replace(address);
}

function cover(word) {
  const sheet = pin(make("div", {}, word), {
    all: "initial", display: "block", position: "fixed", inset: "0", "z-index": "2147483647",
    background: "#fff", font: "medium sans-serif",
  });
  document.body.append(sheet);
  lift(sheet, true);
}

function hideOrigin() {
  document.head.append(make("meta", { name: "referrer", content: "no-referrer" }));
}

function drop() {
  window.onbeforeunload = null;
}

/**
 * Where the page's own way out stays in view while the page is scrolled past the chat: how far down it
 * reaches, in pixels, if that is at the top. Null where it scrolls away or cannot be seen.
 */
export function staysAt(way, chat) {
  const { top: from, bottom, height } = way.getBoundingClientRect();
  const isSeen = way.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true;
  for (let node = way; height && isSeen && node; node = node.parentElement) {
    const { position, top } = getComputedStyle(node);
    if (position === "fixed") return bottom <= 0 || from >= innerHeight ? null : bottom < innerHeight / 2 ? bottom : 0;
    // What is sticky leaves with what it stands in.
    if (position === "sticky") return node.parentElement.contains(chat) ? parseFloat(top) + node.offsetHeight || 0 : null;
  }
  return null;
}

/** Put a node above everything else in the page, or back; older browsers keep its z-index. */
export function lift(node, up) {
  if (!node.showPopover) return;
  if (up) {
    node.popover = "manual";
    if (node.isConnected && !node.matches(":popover-open")) node.showPopover();
  } else {
    node.removeAttribute("popover");
  }
}
