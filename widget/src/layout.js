import { make } from "./dom.js";
import { callable, rich } from "./links.js";

// What an answer is made of (docs/openapi.yaml, Bubble), as nodes. Its words stay text: never markup.

/** Something that opens in place, below what it belongs to. */
function folded(word, nodes) {
  const changed = ({ target }) => target.closest(".log").dispatchEvent(new Event("scroll")); // its end moved
  return make("details", { class: "fold", toggle: changed },
    make("summary", { word }), make("div", { class: "folded" }, ...nodes));
}

/** The words of a message as they are read: as steps, as cards or as text. */
export function said({ text, steps = [], contacts = [] }, newTab, call) {
  if (contacts.length) return make("ul", { class: "cards", role: "list" }, ...contacts.map((one) => card(one, newTab, call)));
  if (steps.length) return make("ol", { class: "steps" }, ...steps.map((step) => make("li", { dir: "auto" }, ...rich(step, newTab))));
  return make("span", { class: "text", dir: "auto" }, ...rich(text, newTab));
}

/** The rest of an answer, and where it was read, each behind a press. */
export function rest({ more = [], sources = [] }, newTab) {
  const lines = (texts) => texts.map((text) => make("p", { dir: "auto" }, ...rich(text, newTab)));
  const folds = [
    ...(more.length ? [folded("more", lines(more))] : []),
    // Their titles only: a page that is opened stays in the history.
    ...(sources.length ? [folded("sources", sources.map(({ title }) => make("p", {}, title)))] : []),
  ];
  return folds.length ? [make("div", { class: "folds" }, ...folds)] : [];
}

/** One service. A number is called or texted after a warning, which the first press shows. */
function card(contact, newTab, call) {
  const { name, phone, text, relay, email, url, hours, open, for_whom } = contact;
  const way = (word, written, kind) => written && (callable(written, kind, call, word) ??
    make("p", {}, make("span", { word }), " ", make("span", { class: "number" }, written)));
  const web = url && make("p", {}, ...rich(url, newTab));
  const isWebOnly = !(phone || text || relay || email);
  const shown = [
    make("strong", {}, name),
    way("call", phone, "tel"), way("text", text, "sms"), way("relay", relay),
    email && make("p", {}, email), isWebOnly && web,
    hours && make("p", {}, `${hours} `, ...(open === undefined ? [] : [make("b", { word: open ? "open_now" : "closed_now" })])),
    folded("for_whom", [make("p", {}, for_whom), ...(isWebOnly || !web ? [] : [web])]),
  ];
  return make("li", {}, ...shown.filter(Boolean));
}
