import { announce, hush, listen } from "./announcer.js";
import { make } from "./dom.js";
import { allowNoQuestions, leave, lift, watchKeys } from "./leave.js";
import { offerCalls, rich } from "./links.js";
import { SHEET } from "./styles.js";
import { end, isReady, newConversation, send } from "./transport.js";
import { bubble, chat, choices, closedCard, ended, languages, notice, panel, speak, trouble, waiting } from "./views.js";
import { CHOICES, WORDS } from "./words.js";

const NAME = "force-chat";
const DOCKED = matchMedia("(min-width: 40em) and (min-height: 30em)");
const DARK = matchMedia("(prefers-color-scheme: dark)");
const MINUTE = 60_000;
const WARNING_MS = 2 * MINUTE;
const PATIENCE_MS = 1_500;
// The exit of the GOV.UK Design System; it watches the Shift key itself.
const GOVUK_EXIT = ".govuk-exit-this-page";

// The one chat of this page. A second element shows only the text inside it.
let current = null;

/**
 * <force-chat api="https://host/chat">text for when the chat cannot run</force-chat>
 *
 * States: closed, notice, chat, waiting, error, offline, idle, ended, exiting (`data-state` on the
 * frame). Everything lives in memory; docs/embedding.md tells the attributes.
 */
class ForceChat extends HTMLElement {
  #shadow = null;
  #frame;
  #panel = null;
  #chat = null;
  #state = "closed";
  #lang = "en";
  #conversation = null;
  #abort = null;
  #asked = null; // the last message of the person, in the log
  #group = null; // the choices on offer
  #failed = null; // what to send again
  #timers = {};
  #active = 0; // when something was last done

  static observedAttributes = ["ui-lang"];

  connectedCallback() {
    if (current?.isConnected && current !== this) return;
    if (!this.#api) return;
    current = this;
    this.#setUp();
    listen();
    this.#render();
  }

  disconnectedCallback() {
    // An element that is only moved comes back at once.
    queueMicrotask(() => {
      if (this.isConnected || current !== this) return;
      this.wipe("left");
      hush();
      current = null;
      this.#state = this.#first;
    });
  }

  attributeChangedCallback(_, __, lang) {
    this.#lang = WORDS[lang] ? lang : "en";
    if (this.#frame) this.#speak();
  }

  /** Whether there is something to clear and to get away from. */
  get busy() {
    return this.#panel !== null;
  }

  /** Words for the language that is shown. */
  get words() {
    return WORDS[this.#lang];
  }

  /** A selector of the page's own way out. */
  get hostExit() {
    const both = `${GOVUK_EXIT}, ${this.getAttribute("host-exit")}`;
    try {
      document.querySelector(both);
      return both;
    } catch {
      return GOVUK_EXIT; // none given, or not a selector
    }
  }

  get #api() {
    try {
      const url = new URL(this.getAttribute("api").replace(/\/*$/, "/"), document.baseURI);
      return /^https?:$/.test(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  }

  get #exitAddress() {
    try {
      const url = new URL(this.getAttribute("exit-url"));
      if (url.protocol === "https:") return url.href;
    } catch {
      // Not given, or not an address.
    }
    return this.words.exit_address;
  }

  get #inline() {
    return this.hasAttribute("inline");
  }

  get #first() {
    return this.#inline ? "notice" : "closed";
  }

  // Set-up

  #setUp() {
    if (this.#shadow) return;
    // The room that the page's own text took; keeping it keeps the page still.
    const height = this.getBoundingClientRect().height;
    this.#shadow = this.attachShadow({ mode: "open" });
    this.#shadow.adoptedStyleSheets = [SHEET];
    this.#frame = document.createElement("div");
    this.#frame.className = "frame";
    this.#frame.style.minHeight = `${height}px`;
    for (const name of ["keydown", "pointerdown"]) {
      this.addEventListener(name, (event) => {
        // On the way to the button that keeps the chat, the button stays.
        const [target] = event.composedPath();
        if (this.#state !== "idle" || !(event.key === "Tab" || target.closest(".problem"))) this.#touch();
      });
    }
    this.#state = this.#first;
  }

  /** Build what belongs to the state, once for each time it is entered. */
  #render() {
    this.#shadow.replaceChildren(this.#frame);
    if (this.#state === "closed") this.#showClosed();
    else if (this.#panel) this.#showPanel();
    else this.#notice();
    this.#fit();
  }

  #go(state) {
    this.#state = state;
    this.#frame.dataset.state = state;
  }

  #showClosed() {
    this.#go("closed");
    this.#frame.replaceChildren(
      document.createElement("slot"),
      closedCard(() => this.#open(), this.#panel !== null),
    );
    this.#speak();
  }

  #showPanel() {
    const slot = document.createElement("slot");
    this.#frame.replaceChildren(slot, this.#panel);
    this.#speak();
    this.#fit();
  }

  #buildPanel() {
    const leaveNow = (event) => {
      if (event.button > 1) return;
      event.preventDefault(); // also of a middle click: no second tab
      this.leave();
    };
    this.#panel = panel({
      exitAddress: this.#exitAddress,
      exit: leaveNow,
      hide: this.#inline ? null : () => this.#hide(),
      calls: (event) => {
        offerCalls(this.#panel);
        event.target.closest(".help").querySelector("a:not([href='tel:999'])")?.focus();
        event.target.remove();
      },
    });
    const named = Object.entries(WORDS).map(([lang, words]) => [lang, words.language]);
    if (named.length > 1) {
      const choose = (lang) => this.setAttribute("ui-lang", lang);
      this.#panel.querySelector(".urgent").append(languages(named, choose));
    }
  }

  /** Replace what stands below the bar and the danger line. */
  #view(nodes) {
    if (!this.#panel) this.#buildPanel();
    // The bar and the danger line are not touched: the way out would lose its place on top.
    for (const old of [...this.#panel.children].slice(2)) old.remove();
    this.#panel.append(...nodes);
    if (!this.#panel.isConnected) this.#showPanel();
    else this.#speak();
  }

  #speak() {
    this.#frame.lang = this.#lang;
    speak(this.#frame, this.words);
    for (const node of this.#frame.querySelectorAll("[data-lang]")) {
      node.setAttribute("aria-pressed", node.dataset.lang === this.#lang);
    }
  }

  #say(text, lang = this.#lang) {
    announce(text, lang);
  }

  // Opening and closing

  #open() {
    if (this.#panel) {
      this.#go(this.#resumed());
      this.#showPanel();
      this.#reveal();
      this.#touch();
    } else this.#notice();
    this.#focusTitle();
  }

  /** The state of a chat that was hidden. */
  #resumed() {
    if (!this.#chat) return this.#panel.querySelector(".ended") ? "ended" : "notice";
    if (this.#abort) return "waiting";
    return this.#chat.problem.hidden ? "chat" : this.#chat.problem.dataset.kind;
  }

  #hide() {
    this.#showClosed();
    this.#frame.querySelector(".launcher").focus();
  }

  #notice() {
    this.#go("notice");
    const hints = ["notice_shift"]; // watched here or by the page's own exit
    if (this.getAttribute("exit-key") === "Escape") hints.push("notice_escape");
    this.#view(notice(() => this.#start(), hints));
  }

  #start() {
    this.#chat = chat({
      submit: (event) => {
        event.preventDefault();
        this.#sendField();
      },
      key: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.#sendField();
      },
      end: () => this.#end("end"),
    });
    this.#conversation = newConversation();
    this.#go("chat");
    this.#view([this.#chat.view]);
    this.#answer([{
      text: this.words.welcome,
      buttons: CHOICES[this.#lang].map((title) => ({ title, text: title })),
    }], false);
    this.#touch();
    this.#chat.field.focus();
    if (!navigator.onLine) this.#trouble("offline", ["offline"]);
    else this.#askIfReady();
  }

  async #askIfReady() {
    const mine = this.#conversation;
    if (await isReady(this.#api)) return;
    if (mine === this.#conversation && this.#state === "chat") {
      this.#trouble("error", ["unavailable"]);
    }
  }

  // Talking

  #sendField() {
    const { field } = this.#chat;
    const text = field.value;
    if (this.#abort) return; // one at a time; the draft stays
    if (text.trim()) this.#submit({ text }, text);
    else {
      field.setAttribute("aria-invalid", "true");
      this.#trouble("error", ["empty"]);
      field.focus();
    }
  }

  #choose(choice) {
    if (this.#abort) return;
    this.#submit(choice.id ? { button: choice.id } : { text: choice.text }, choice.title);
    this.#chat.log.focus({ preventScroll: true });
  }

  async #submit(content, shown) {
    const mine = this.#conversation;
    const { field, list } = this.#chat;
    const typed = content.text !== undefined && content.text === field.value;
    const offered = this.#group;
    const item = this.#bubble(shown, "you", this.#lang, true);
    list.append(item);
    this.#asked = item;
    this.#clearTrouble();
    offered?.remove();
    this.#group = null;
    if (typed) field.value = "";
    this.#wait();
    this.#reveal();
    this.#touch();
    try {
      const abort = (this.#abort = new AbortController());
      const body = { conversation: mine, language: this.#lang, ...content };
      const messages = await send(this.#api, body, abort);
      if (mine !== this.#conversation) return; // ended or left meanwhile
      this.#endWait("chat");
      this.#answer(messages);
    } catch (failure) {
      if (mine !== this.#conversation) return;
      item.remove();
      this.#offer(offered);
      if (typed) field.value = [content.text, field.value].filter(Boolean).join("\n");
      this.#failed = typed ? null : { content, shown };
      this.#endWait("error");
      this.#explain(failure);
    }
  }

  #wait() {
    if (this.#state !== "closed") this.#go("waiting");
    waiting(this.#chat.status);
    this.#speak();
    this.#after("patience", PATIENCE_MS, () => this.#say(this.words.waiting));
  }

  #endWait(state) {
    this.#abort = null;
    this.#after("patience");
    this.#chat.status.replaceChildren();
    if (this.#state !== "closed") this.#go(state);
  }

  /** Show an answer; say it once. */
  #answer(messages, aloud = true) {
    const { list } = this.#chat;
    messages.forEach((message, index) => {
      list.append(this.#bubble(message.text, "bot", message.lang, index === 0));
    });
    const offered = messages.flatMap((message) => message.buttons);
    if (offered.length) this.#offer(choices(offered, (choice) => this.#choose(choice)));
    this.#speak();
    this.#reveal();
    if (!aloud) return;
    const text = messages.map((message) => message.text).join(" ");
    this.#say(`${this.words.bot}: ${text}`, messages[0].lang);
    this.#touch();
  }

  #bubble(text, who, lang, named) {
    return bubble(text, who, lang || this.#lang, named, this.words.new_tab, who === "you");
  }

  #offer(group) {
    this.#group = group;
    if (group) this.#chat.log.append(group);
  }

  /** The start of the answer, not its end: in danger the first line is the one that counts. */
  #reveal() {
    if (this.#asked?.isConnected) this.#chat.log.scrollTop = this.#asked.offsetTop - 8;
  }

  // When something is wrong

  #explain({ status, messages }) {
    const action = { word: "retry", press: () => this.#retry() };
    if (!navigator.onLine) this.#trouble("offline", ["offline"], action);
    else if (status === 429) this.#trouble("error", ["busy"], action, messages);
    else this.#trouble("error", ["failed"], action, messages);
  }

  #retry() {
    const failed = this.#failed;
    if (this.#abort) return;
    if (failed) {
      this.#submit(failed.content, failed.shown);
      this.#chat.log.focus({ preventScroll: true });
    } else {
      this.#chat.field.focus();
      this.#sendField();
    }
  }

  #trouble(kind, words, action, messages = []) {
    const { problem, field } = this.#chat;
    const texts = messages.map((message) => message.text);
    problem.dataset.kind = kind;
    trouble(problem, [
      ...words.map((word) => make("p", { word })),
      ...texts.map((text) => make("p", {}, ...rich(text, this.words.new_tab))),
    ], action);
    field.setAttribute("aria-describedby", "problem hint");
    if (this.#state !== "closed") this.#go(kind);
    this.#speak();
    this.#reveal();
    this.#say([...words.map((word) => this.words[word]), ...texts].join(" "));
  }

  #clearTrouble() {
    const { problem, field } = this.#chat;
    problem.hidden = true;
    problem.replaceChildren();
    this.#failed = null;
    field.removeAttribute("aria-invalid");
    field.setAttribute("aria-describedby", "hint");
    if (["error", "offline", "idle"].includes(this.#state)) this.#go("chat");
  }

  /** The connection went or came. */
  online(isOn) {
    if (!this.#chat || this.#abort) return;
    const { problem } = this.#chat;
    if (!isOn) this.#trouble("offline", ["offline"], this.#pending());
    else if (problem.dataset.kind === "offline" && !problem.hidden) this.#clearTrouble();
  }

  #pending() {
    return this.#failed && { word: "retry", press: () => this.#retry() };
  }

  // Quiet for long

  /** Something was done: the clock starts again. */
  #touch() {
    if (!this.#chat) return;
    this.#active = Date.now();
    if (this.#state === "idle") this.#clearTrouble();
    this.#after("idle", this.#idleMs, () => this.checkIdle());
  }

  get #idleMs() {
    const minutes = Number(this.getAttribute("idle-minutes"));
    return (minutes >= 1 ? minutes : 15) * MINUTE;
  }

  /** Warn, then clear. Also asked when a device wakes up, for timers sleep with it. */
  checkIdle() {
    if (!this.#chat) return;
    const left = this.#active + this.#idleMs + WARNING_MS - Date.now();
    if (left <= 0) this.#end("idle");
    else if (left <= WARNING_MS) {
      if (this.#state !== "idle") this.#trouble("idle", ["idle"], { word: "keep", press: () => this.#keep() });
      this.#after("idle", left, () => this.checkIdle());
    }
  }

  #keep() {
    this.#clearTrouble();
    this.#touch();
    this.#chat.field.focus();
  }

  // The end

  #end(reason) {
    const hidden = this.#state === "closed";
    const focused = this.#shadow.activeElement !== null;
    this.wipe(reason);
    if (hidden && reason === "idle") return this.#showClosed();
    this.#go("ended");
    this.#view(ended(() => {
      this.#notice();
      this.#focusTitle();
    }));
    this.#say(this.words.ended);
    if (focused) this.#focusTitle();
  }

  /** Clear everything, here and on the server. Doing it twice does no harm. */
  wipe(reason) {
    const conversation = this.#conversation;
    this.#conversation = null;
    this.#abort?.abort();
    this.#abort = null;
    if (conversation) end(this.#api, conversation, reason);
    for (const name of Object.keys(this.#timers)) this.#after(name);
    this.#chat?.list.replaceChildren();
    if (this.#chat) this.#chat.field.value = "";
    this.#panel?.remove();
    this.#panel = this.#chat = this.#asked = this.#group = this.#failed = null;
    announce("", this.#lang);
  }

  leave() {
    leave(this.#exitAddress, this.words.loading, [
      () => this.wipe("exit"),
      () => this.#go("exiting"),
      () => this.#shadow.replaceChildren(),
      hush,
    ]);
  }

  /** The page is being left, or was brought back from the browser's memory. */
  away(back) {
    if (!back) {
      this.wipe("left");
      this.#shadow.replaceChildren();
      return hush();
    }
    this.#state = this.#first;
    listen();
    this.#render();
  }

  // Keys, place and looks

  #ownsShift() {
    const govuk = document.body.dataset.govukFrontendExitThisPageKeypress;
    return !(govuk || document.querySelector(GOVUK_EXIT));
  }

  shift(left) {
    if (!this.busy || !this.#ownsShift()) return;
    if (left === 0) this.leave();
    else this.#say(this.words[left === 1 ? "shift_one" : "shift_two"]);
  }

  key(name) {
    // After the release, since pressing Escape stops a page from loading.
    if (this.busy && name === "Escape" && this.getAttribute("exit-key") === name) this.leave();
  }

  /** Dock where there is room, else lie in the page's flow with only the way out floating. */
  #fit() {
    const docked = DOCKED.matches && !this.#inline;
    this.#frame.toggleAttribute("data-docked", docked);
    if (this.#panel?.isConnected) {
      lift(this.#panel, docked);
      lift(this.#panel.querySelector(".exit"), !docked);
    }
    this.#theme();
  }

  fit() {
    if (this.#frame?.isConnected) this.#fit();
  }

  /** Move the way out to where the screen really is while it is zoomed or a keyboard is up. */
  follow({ offsetTop, offsetLeft, width }) {
    if (!this.#frame) return;
    this.#frame.style.setProperty("--vy", `${offsetTop}px`);
    this.#frame.style.setProperty("--vx", `${offsetLeft + width - document.documentElement.clientWidth}px`);
  }

  /** When the page's focus goes under what floats here, go to the other side. */
  uncover(node) {
    const docked = this.#frame?.hasAttribute("data-docked");
    const floating = this.#frame?.querySelector(docked ? ".panel, .closed" : ".exit");
    if (!floating || node === this) return;
    const over = floating.getBoundingClientRect();
    const under = node.getBoundingClientRect();
    const hidden = under.left >= over.left && under.right <= over.right
      && under.top >= over.top && under.bottom <= over.bottom;
    if (hidden) this.#frame.dataset.side = this.#frame.dataset.side === "left" ? "right" : "left";
  }

  /** Take the page's two colours only if white-on-pale can be ruled out. */
  #theme() {
    const style = getComputedStyle(this);
    const [ground, ink] = ["--chat-brand", "--chat-brand-text"].map((name) => {
      const probe = document.createElement("i");
      probe.style.color = style.getPropertyValue(name);
      if (!probe.style.color) return null;
      this.#frame.append(probe);
      const colour = getComputedStyle(probe).color;
      probe.remove();
      return colour;
    });
    this.#frame.toggleAttribute("data-theme", contrast(ground, ink) >= 4.5);
  }

  /** Only ever after something that the person did. */
  #focusTitle() {
    if (!this.#frame.hasAttribute("data-docked")) this.#panel.scrollIntoView();
    this.#panel.querySelector("h2").focus();
  }

  /** (Re)start a named timer; without a task only stop it. */
  #after(name, ms, task) {
    clearTimeout(this.#timers[name]);
    if (task) this.#timers[name] = setTimeout(task, ms);
  }
}

/** Contrast by WCAG of two computed colours; 0 when one is missing or not opaque. */
function contrast(one, other) {
  const light = (colour) => {
    const [, r, g, b] = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour ?? "") ?? [];
    if (b === undefined) return NaN;
    const [x, y, z] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z + 0.05;
  };
  const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
  return a / b || 0;
}

function watchPage() {
  allowNoQuestions();
  watchKeys((left) => current?.shift(left), (name) => current?.key(name));
  addEventListener("pagehide", () => current?.away(false));
  addEventListener("pageshow", (event) => event.persisted && current?.away(true));
  addEventListener("online", () => current?.online(true));
  addEventListener("offline", () => current?.online(false));
  document.addEventListener("visibilitychange", () => document.hidden || current?.checkIdle());
  document.addEventListener("focusin", (event) => current?.uncover(event.target));
  document.addEventListener("click", (event) => {
    const hit = event.composedPath().some((node) => node.matches?.(current?.hostExit));
    if (current?.busy && hit) current.wipe("exit");
  }, true);
  DOCKED.addEventListener("change", () => current?.fit());
  DARK.addEventListener("change", () => current?.fit());
  for (const name of ["resize", "scroll"]) {
    visualViewport?.addEventListener(name, () => current?.follow(visualViewport));
  }
}

if (!customElements.get(NAME)) {
  watchPage();
  customElements.define(NAME, ForceChat);
}
