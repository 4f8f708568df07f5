import { make } from "./dom.js";
import { rich } from "./links.js";

/** Fill in words and accessible names; again after the language changed. */
export function speak(root, words) {
  for (const node of root.querySelectorAll("[data-word]")) {
    const text = words[node.dataset.word];
    // What says it already stays: a link made anew would lose the focus, or a tap half done.
    if (node.textContent !== text) node.replaceChildren(...rich(text, words.new_tab));
  }
  for (const node of root.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", words[node.dataset.label]);
  }
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
 * @param {{way: Node, hide?: Function, calls: Function}} given
 */
export function panel({ way, hide, calls }) {
  return make("section", { class: "panel", "aria-labelledby": "title" },
    make("div", { class: "bar" },
      make("h2", { id: "title", tabindex: "-1", word: "title" }), way,
      ...(hide ? [make("button", { type: "button", class: "hide", word: "hide", click: hide })] : [])),
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

/** What to know before the first message; the danger line stands just above. */
export function notice(start, escapes) {
  const hints = escapes ? ["notice_shift", "notice_escape"] : ["notice_shift"];
  const lines = ["computer", "device", "kept", "exit", "calls"];
  const item = (line) => make("li", {},
    make("span", { word: `notice_${line}` }),
    ...(line === "exit" ? hints.map((word) => make("span", {}, " ", make("span", { word }))) : []));
  return [
    make("div", { class: "view notice", role: "group", tabindex: "0", label: "notice" },
      make("h3", { word: "notice" }), make("ul", {}, ...lines.map(item))),
    make("div", { class: "foot" },
      make("button", { type: "button", class: "main start", word: "start", click: start })),
  ];
}

/** The chat itself. @returns {Object} its nodes; `view` holds them all */
export function chat({ submit, key, end }) {
  const list = make("ol");
  const log = make("div", {
    class: "log", role: "log", "aria-live": "off", tabindex: "0", label: "log",
  }, list);
  // Nothing here may be kept, corrected, translated or sent elsewhere by the browser or an add-on.
  const field = make("textarea", {
    id: "field", rows: "2", autocomplete: "off", autocorrect: "off", autocapitalize: "sentences",
    spellcheck: "false", writingsuggestions: "false", translate: "no", "data-gramm": "false",
    "data-enable-grammarly": "false", "data-lt-active": "false",
    enterkeyhint: "send", dir: "auto", "aria-describedby": "hint", keydown: key,
  });
  const status = make("p", { class: "status" });
  const problem = make("div", { id: "problem", class: "problem", hidden: "" });
  const below = make("form", { class: "below", autocomplete: "off", submit },
    status, problem,
    make("label", { for: "field", word: "message" }),
    make("div", { class: "write" }, field, make("button", { class: "main send", word: "send" })),
    make("div", { class: "last" },
      make("p", { id: "hint", class: "hint", word: "hint" }),
      make("button", { type: "button", class: "plain end", word: "end", click: end })));
  const view = make("div", { class: "view chat" }, log, below);
  return { view, log, list, field, status, problem };
}

/** One message, beginning with who said it. */
export function bubble(text, who, lang, named, newTab) {
  return make("li", { class: who, lang },
    make("span", { class: named ? "who" : "unseen", word: who }), " ",
    make("span", { class: "text", dir: "auto" }, ...(who === "you" ? [text] : rich(text, newTab))));
}

/** Of a long message of the person's own only the beginning, until they want to see it all. */
export function clamp(own) {
  const text = own.querySelector(".text");
  text.classList.add("clamped");
  if (text.scrollHeight <= text.clientHeight + 1) return;
  own.append(make("button", {
    type: "button", class: "plain", word: "whole", click: ({ target }) => {
      text.classList.remove("clamped");
      target.closest("[tabindex]").focus({ preventScroll: true });
      target.remove();
    },
  }));
}

/** Buttons to answer with. */
export function choices(offered, choose) {
  return make("div", { class: "choices", role: "group", label: "choices" },
    ...offered.map((choice) => make("button", { type: "button", click: () => choose(choice) }, choice.title)));
}

/** What is wrong, what the server says of it, and one press to go on. */
export function trouble(problem, word, texts, newTab, action, press) {
  problem.replaceChildren(
    make("p", { word }),
    ...texts.map((text) => make("p", {}, ...rich(text, newTab))),
    ...(action ? [make("button", { type: "button", class: "action", word: action, click: press })] : []));
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
