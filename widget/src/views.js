import { make } from "./dom.js";
import { rest, said } from "./layout.js";
import { rich } from "./links.js";

/** Fill in words and accessible names; again after the language changed. */
export function speak(root, words) {
  for (const node of root.querySelectorAll("[data-word]")) {
    const text = words[node.dataset.word];
    // What says it already stays: a link made anew would lose the focus, or a tap half done.
    if (node.textContent !== text) {
      node.replaceChildren(...(node.matches("a") ? [text] : rich(text, words.new_tab)));
    }
  }
  for (const node of root.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", words[node.dataset.label]);
  }
  for (const node of root.querySelectorAll("[data-hold]")) node.placeholder = words[node.dataset.hold];
}

/** What the page shows of a chat that is not open. */
export function closedCard(open) {
  return make("div", { class: "closed" },
    make("p", { word: "danger" }),
    make("button", { type: "button", class: "main launcher", word: "open", click: open }));
}

/** The same of one that is hidden: the way out stays in reach, and nothing of it is seen. */
export function hiddenCard(way, told, steps) {
  return make("div", { class: "closed" },
    make("p", { word: "danger" }), way, make("p", { word: told }),
    ...steps.map(([word, click], index) =>
      make("button", { type: "button", class: index ? "" : "main launcher", word, click })));
}

/** The way out. */
export function way(address, exit) {
  return make("a", {
    class: "exit", href: address, rel: "nofollow noreferrer noopener", word: "exit",
    click: exit, auxclick: exit,
  });
}

/**
 * The open panel, without its view. The way out comes first in the order of the Tab key.
 * @param {{way: Node, force?: string, hide?: Function, end: Function, calls: Function}} given with
 *   `force`, the name of whose chat it is
 */
export function panel({ way, force, hide, end, calls }) {
  return make("section", { class: "panel", "aria-labelledby": "title" },
    make("div", { class: "bar" },
      make("h2", { id: "title", tabindex: "-1", word: "title" }),
      ...(force ? [make("span", { class: "force" }, force)] : []), way,
      ...(hide ? [make("button", { type: "button", class: "plain hide", word: "hide", click: hide })] : []),
      make("button", { type: "button", class: "plain end", word: "end_short", click: end })),
    make("div", { class: "urgent" },
      make("p", {}, make("strong", { word: "danger" }), " ", make("span", { word: "silent" })),
      help(calls)));
}

function help(calls) {
  const lines = ["help_silent", "help_deaf", "help_report", "help_person"];
  return make("details", {},
    make("summary", { word: "help" }),
    make("div", { class: "help" },
      ...lines.map((word) => make("p", { word })),
      make("p", { word: "calls_warning" }),
      make("button", { type: "button", word: "calls_show", click: calls })));
}

/** What to know before the first message, in few words; the rest stands behind one press. */
export function notice(start, escapes, hides) {
  const keys = escapes ? ["notice_shift", "notice_escape"] : ["notice_shift"];
  const lines = (words) => words.map((word) =>
    make("p", { word: `notice_${word}`, ...(word === "shift" && { class: "keys" }) }));
  const rest = ["private", "kept", "leaving", ...keys.map((word) => word.slice(7)), ...(hides ? ["hide"] : []), "calls"];
  return [
    make("div", { class: "view notice", role: "group", tabindex: "0", label: "notice" },
      make("h3", { word: "notice" }), ...lines(["computer", "device", "exit"]),
      make("button", { type: "button", class: "main start", word: "start", click: start }),
      make("details", {}, make("summary", { word: "notice_more" }),
        make("div", { class: "help" }, ...lines(rest)))),
  ];
}

/** The chat itself. @returns {Object} its nodes; `view` holds them all */
export function chat({ submit, key, typed, menu }) {
  const list = make("ol");
  const status = make("p", { class: "status" });
  const cue = make("button", {
    type: "button", class: "cue", word: "below",
    click: () => log.scrollBy({ top: log.clientHeight * 0.8 }),
  });
  const log = make("div", {
    class: "log", role: "log", "aria-live": "off", tabindex: "0", label: "log",
    scroll: () => {
      const isEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 48;
      if (isEnd && cue.matches(":focus")) log.focus({ preventScroll: true });
      cue.classList.toggle("gone", isEnd);
    },
  }, list, status, cue);
  // Nothing here may be kept, corrected, translated or sent elsewhere by the browser or an add-on.
  const field = make("textarea", {
    id: "field", rows: "1", hold: "message", autocomplete: "off", autocorrect: "off", autocapitalize: "sentences",
    spellcheck: "false", writingsuggestions: "false", translate: "no", "data-gramm": "false",
    "data-enable-grammarly": "false", "data-lt-active": "false",
    enterkeyhint: "send", dir: "auto", "aria-describedby": "hint", keydown: key, input: typed,
  });
  const count = make("span", { class: "count" });
  const choose = make("button", {
    type: "button", class: "menu", word: "menu", "aria-expanded": "false", click: menu,
  });
  const problem = make("div", { id: "problem", class: "problem", hidden: "" });
  const below = make("form", { class: "below", autocomplete: "off", submit },
    problem,
    make("label", { for: "field", class: "unseen", word: "message" }),
    make("div", { class: "write" }, choose, field, make("button", { class: "main send", word: "send" })),
    make("p", { class: "hint" }, make("span", { id: "hint", word: "hint" }), count));
  const view = make("div", { class: "view chat" }, log, below);
  return { view, log, list, field, status, problem, cue, count, menu: choose };
}

/** One message, beginning with who said it; `call` is told when a number of a card is pressed. */
export function bubble(message, who, lang, named, newTab, call) {
  return make("li", { class: who, lang },
    make("span", { class: named ? "who" : "unseen", word: who }), " ",
    ...(who === "you"
      ? [make("span", { class: "text", dir: "auto" }, message.text)]
      : [said(message, newTab, call), ...rest(message, newTab)]));
}

/** Of a long message of the person's own only the beginning, until they want to see it all. */
export function clamp(own) {
  const text = own.querySelector(".text");
  text.classList.add("clamped");
  if (text.scrollHeight <= text.clientHeight + 1) return;
  own.append(make("button", {
    type: "button", class: "plain", word: "whole", click: ({ target }) => {
      text.classList.remove("clamped");
      const log = target.closest("[tabindex]");
      log.focus({ preventScroll: true });
      target.remove();
      log.dispatchEvent(new Event("scroll"));
    },
  }));
}

/** Let the answer to danger look like that, with the call as a button of its own. */
export function alarm(first) {
  first.classList.add("danger");
  first.append(make("a", { class: "call", href: "tel:999", word: "call_999" }));
}

/** Buttons to answer with, and below them those that say whether that was the answer. */
export function choices(offered, rating, choose) {
  const group = (name, choices, ...first) => choices.length ? [make("div", { class: name, role: "group", label: name },
    ...first, ...choices.map((choice) => make("button", { type: "button", click: () => choose(choice) }, choice.title)))] : [];
  return make("div", {}, ...group("choices", offered),
    ...group("rating", rating, make("p", { word: "rating", "aria-hidden": "true" })));
}

/** What is wrong, what the server says of it, and what one can press to go on: word -> task. */
export function trouble(problem, word, texts, newTab, actions) {
  problem.replaceChildren(
    make("p", { word }),
    ...texts.map((text) => make("p", {}, ...rich(text, newTab))),
    ...Object.entries(actions).map(([action, click]) =>
      make("button", { type: "button", class: "action", word: action, click })));
  problem.hidden = false;
}

/** Three dots; the words beside them say it. */
export function waiting(status) {
  status.replaceChildren(
    make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i")),
    make("span", { word: "waiting" }));
}

/** After the end. */
export function ended(again) {
  return [
    make("div", { class: "view ended" },
      make("p", { word: "ended" }),
      make("button", { type: "button", class: "main", word: "again", click: again })),
  ];
}

/** The other languages. */
export function languages(others, choose) {
  return make("div", {}, ...others.map(([lang, name]) =>
    make("button", { type: "button", class: "plain", lang, "data-lang": lang, click: () => choose(lang) }, name)));
}
