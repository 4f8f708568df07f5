import { read, silence, voiceOf } from "./aloud.js";
import { make } from "./dom.js";

// What comes after the reader's own text size, which is "medium"; then that again.
const LARGER = ["large", "x-large", "xx-large"];

/**
 * Text size and reading aloud, behind one button.
 * @param {HTMLElement} frame what holds the chat, with its language
 * @param {Function} changed told when words or sizes are others
 * @returns {Array<Node>}
 */
export function comfort(frame, changed) {
  const button = (word, click, more) => make("button", { type: "button", word, click, ...more });
  const size = () => {
    const now = LARGER.indexOf(frame.style.getPropertyValue("--size"));
    frame.style.setProperty("--size", LARGER[now + 1] ?? "medium");
    changed();
  };
  const say = (word) => {
    aloud.dataset.word = word;
    changed();
  };
  const aloud = button("aloud", () => {
    if (aloud.dataset.word !== "aloud") return silence();
    const text = shown(frame).map((part) => part.innerText).join("\n");
    if (!text) return;
    say("aloud_stop");
    read(text, frame.lang, () => say("aloud"));
  });
  const told = make("p", { word: "aloud_told" });
  const tools = make("div", { class: "comfort", hidden: "" }, button("size", size), aloud, told);
  const toggle = ({ target }) => {
    tools.hidden = !tools.hidden;
    target.setAttribute("aria-expanded", !tools.hidden);
    aloud.hidden = told.hidden = !voiceOf(frame.lang);
    changed();
  };
  voiceOf(frame.lang); // a browser looks for voices when it is first asked
  return [button("comfort", toggle, { class: "plain", label: "comfort_label", "aria-expanded": "false" }), tools];
}

/** What there is to read: the last answer and its choices, else all of the view. */
function shown(frame) {
  const said = [...frame.querySelectorAll(".log li")];
  const last = said.findLastIndex((one) => one.matches(".you"));
  return [...said.slice(last + 1), ...frame.querySelectorAll(said.length ? ".problem:not([hidden]), .choices" : ".view")];
}
