import { Account } from "./account.js";
import { silence } from "./aloud.js";
import { announce, hush, listen } from "./announcer.js";
import { comfort } from "./comfort.js";
import { make } from "./dom.js";
import { hint } from "./hints.js";
import { allowNoQuestions, leave, lift, staysAt, watchKeys } from "./leave.js";
import { offerCalls, whole } from "./links.js";
import { DARK, dress } from "./looks.js";
import { mount } from "./mount.js";
import { SHEET } from "./styles.js";
import { check, end, isReady, random, send } from "./transport.js";
import {
  alarm, bubble, chat, choices, clamp, closedCard, ended, hiddenCard, languages, notice, panel, speak, trouble,
  waiting, way,
} from "./views.js";
import { CHOICES, LIMIT, WORDS } from "./words.js";

const NAME = "force-chat";
const DOCKED = matchMedia("(min-width: 40em) and (min-height: 30em)");
const MINUTE = 60_000;
const WARNING_MS = 2 * MINUTE;
const PATIENCE_MS = 1_500;
// In pixels: lower than this there is a keyboard, or much zoom.
const SHORT = 480;
// Two presses within this time are one, where what is under the finger changes.
const TWICE_MS = 500;
// The exit of the GOV.UK Design System; it watches the Shift key itself.
const GOVUK_EXIT = ".govuk-exit-this-page a";

// The one chat of this page. A second element shows only the text inside it.
let current = null;

/**
 * <force-chat api="https://host/chat">text for when the chat cannot run</force-chat>
 *
 * `data-state` on the frame: closed, notice, chat, waiting, error, offline, idle, ending, ended, exiting.
 * Everything lives in memory. docs/embedding.md tells the attributes.
 */
class ForceChat extends HTMLElement {
  #shadow = null;
  #frame;
  #hidden = true; // shown as closed, whatever the state
  #state = "notice";
  #panel = null;
  #chat = null; // its nodes, from the first message to the end
  #lang = "en";
  #conversation = null;
  #abort = null; // set while an answer is awaited
  #asked = null; // the last message of the person, in the log
  #unsaid = null; // what was not said aloud while the chat was hidden
  #answer = null; // the first bubble that answers it
  #settled = 0; // until then a press may be the second half of a double one
  #covered = false; // hidden with a chat in it: showing that takes a second step
  #group = null; // the choices on offer
  #aside; // those in whose place the menu stands
  #calls = false; // the person was warned of calls, and wants them
  #failed = null; // the choice to send again
  #sent = null; // the last message until it is answered: sent again, it keeps its id
  #account = null; // the questions that are being asked, and their page
  #timers = {};
  #active = 0; // when something was last done

  static observedAttributes = ["ui-lang"];

  connectedCallback() {
    if (!this.#api) hint("the attribute api is no address");
    if ((current?.isConnected && current !== this) || !this.#api) return;
    current = this;
    if (!this.#shadow) this.#setUp();
    listen();
    this.#render();
  }

  disconnectedCallback() {
    // An element that is only moved comes back at once.
    queueMicrotask(() => {
      if (this.isConnected || current !== this) return;
      this.away();
      current = null;
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

  get #words() {
    return WORDS[this.#lang];
  }

  get #api() {
    const given = this.getAttribute("api");
    return given && whole(given.replace(/\/*$/, "/"), /^https?:$/, document.baseURI);
  }

  get #escapes() {
    return this.getAttribute("exit-key") === "Escape";
  }

  get #exit() {
    return whole(this.getAttribute("exit-url"), /^https:$/) ?? this.#words.exit_address;
  }

  /** Where the page has exits of its own. */
  get hostExits() {
    const own = this.getAttribute("host-exit");
    try {
      document.querySelector(own); // throws when it is no selector
      return own ? `${GOVUK_EXIT}, ${own}` : GOVUK_EXIT;
    } catch {
      return GOVUK_EXIT;
    }
  }

  // What is shown

  #setUp() {
    // The room that the page's own text took; keeping it keeps the page still.
    const { height } = this.getBoundingClientRect();
    this.#shadow = this.attachShadow({ mode: "open" });
    this.#shadow.adoptedStyleSheets = [SHEET];
    this.#frame = document.createElement("div");
    this.#frame.className = "frame";
    const once = (event) => {
      if (event.type === "click" ? performance.now() < this.#settled : event.repeat && event.key === "Enter" && event.target.matches("button")) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    };
    for (const name of ["click", "keydown"]) this.#frame.addEventListener(name, once, true);
    this.#frame.style.minHeight = `${height}px`;
    this.#hidden = !this.hasAttribute("inline");
    for (const name of ["keydown", "pointerdown"]) {
      this.addEventListener(name, (event) => {
        // On the way to the button that keeps the chat, the button stays.
        const [target] = event.composedPath();
        if (this.#state !== "idle" || !(event.key === "Tab" || target.closest(".problem"))) this.#touch();
      });
    }
  }

  #render() {
    if (!this.#frame.isConnected) this.#shadow.replaceChildren(this.#frame);
    if (!this.#hidden && !this.#panel) this.#view("notice", notice(() => this.#start(), this.#escapes, !this.hasAttribute("inline")));
    const shown = this.#hidden ? this.#card() : this.#panel;
    // What stays is not put in anew: it would lose its place on top and be laid out again.
    if (!shown.isConnected) this.#frame.replaceChildren(document.createElement("slot"), shown);
    this.#go(this.#state);
    this.#speak();
    this.fit();
    this.#reveal();
  }

  /** What stands in the place of the panel while that is closed or hidden. */
  #card() {
    if (!this.busy) return closedCard(() => this.open());
    const steps = this.#covered
      ? [["resume", () => this.open()]]
      : [["show", () => this.open()], ["end", () => this.#end("end")]];
    return hiddenCard(this.#way(), this.#covered ? "hidden" : "show_ask", steps);
  }

  /** The way out, as a link: it works however it is opened. */
  #way() {
    return way(this.#exit, (event) => {
      if (event.button > 1) return;
      event.preventDefault(); // also of a middle click: no second tab
      this.leave();
    });
  }

  #uncoverIt() {
    this.#covered = false;
    this.#frame.querySelector(".closed").remove();
    this.#render();
    this.#frame.querySelector(".closed button").focus();
    this.#settled = performance.now() + TWICE_MS;
  }

  #go(state) {
    this.#state = state;
    this.#frame.dataset.state = this.#hidden ? "closed" : state;
  }

  /** Have these nodes below the bar and the danger line; `#render` shows them. */
  #view(state, nodes) {
    this.#state = state;
    this.#panel ??= this.#newPanel();
    this.#panel.replaceChildren(...[...this.#panel.children].slice(0, 2), ...nodes);
  }

  #newPanel() {
    const made = panel({
      way: this.#way(),
      force: this.getAttribute("force-name"),
      hide: !this.hasAttribute("inline") && (() => this.close()),
      end: () => this.#askFor("end", "end_ask"),
      calls: ({ target }) => {
        this.#calls = true;
        offerCalls(made);
        target.parentNode.querySelector("a[href='tel:101']").focus();
        target.remove();
      },
    });
    made.children[1].append(...comfort(this.#frame, () => {
      this.#speak();
      this.fit();
      this.#reveal();
    }));
    const named = Object.entries(WORDS).map(([lang, words]) => [lang, words.language]);
    if (named.length > 1) {
      made.children[1].append(languages(named, (lang) => this.setAttribute("ui-lang", lang)));
    }
    return made;
  }

  #speak() {
    this.#frame.lang = this.#lang;
    speak(this.#frame, this.#words);
    for (const node of this.#frame.querySelectorAll("[data-lang]")) {
      node.setAttribute("aria-pressed", node.dataset.lang === this.#lang);
    }
  }

  /** What is hidden is silent, and said when it is shown again. */
  #say(text, lang = this.#lang) {
    this.#unsaid = this.#hidden && text ? [text, lang] : null;
    if (!this.#unsaid) announce(text, lang);
  }

  /** Bring the chat into view. Only ever after something that the person did. */
  #settle() {
    if (!this.#frame.hasAttribute("data-docked")) this.#panel.scrollIntoView();
  }

  #focusTitle() {
    this.#settle();
    this.#panel.querySelector("h2").focus();
  }

  /** Open the chat, or show again what was hidden. */
  open() {
    if (current !== this || !this.#frame) return;
    if (this.#hidden && this.#covered) return this.#uncoverIt();
    this.#hidden = false;
    this.#render();
    this.#focusTitle();
    if (this.#unsaid) this.#say(...this.#unsaid);
    this.#touch();
  }

  /** Hide the chat. It goes on; what was said is covered at once. */
  close() {
    if (this.#hidden || !this.busy || this.hasAttribute("inline")) return;
    this.#account?.erase();
    silence();
    this.#say("");
    this.#hidden = this.#covered = true;
    this.#render();
    this.#frame.querySelector(".closed button").focus();
  }

  #start() {
    this.#conversation = random();
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
      typed: () => this.#fitField(),
      menu: () => this.#menu(),
    });
    this.#view("chat", [this.#chat.view]);
    this.#add([{
      text: this.#words.welcome,
      buttons: CHOICES[this.#lang].map((title) => ({ title, text: title })),
    }]);
    this.#render();
    this.#settle();
    // What stands there comes before the choices, and those before the field.
    this.#chat.log.focus({ preventScroll: true });
    this.#sayWithChoices(this.#words.welcome, this.#lang);
    this.#touch();
    if (navigator.onLine) this.#askIfReady();
    else this.online(false);
  }

  /** The field grows with its text; near the limit it tells how much is left. */
  #fitField() {
    const { field, count } = this.#chat;
    if (!CSS.supports("field-sizing", "content")) {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight + 4}px`;
    }
    const left = LIMIT - field.value.length;
    const told = left > 200 ? "" : `${left} ${this.#words.left}`;
    // Aloud only where the end comes near, and where it is passed.
    if (told && (!count.textContent || (left < 0 && !count.textContent.startsWith("-")))) this.#say(told);
    count.textContent = told;
  }

  async #askIfReady() {
    const mine = this.#conversation;
    const ready = await isReady(this.#api);
    if (!ready && mine === this.#conversation && this.#state === "chat") {
      this.#trouble("error", "unavailable");
    }
  }

  // Talking

  #sendField() {
    const { field } = this.#chat;
    if (this.#abort) return this.#say(this.#words.waiting); // one at a time; the draft stays
    if (field.value.trim()) {
      if (this.#account?.isAsking) this.#account.answer(field.value);
      else this.#send({ text: field.value }, field.value, true);
    } else {
      field.setAttribute("aria-invalid", "true");
      this.#trouble("error", "empty");
      field.focus();
    }
  }

  #choose(choice) {
    if (this.#abort) return;
    if (choice.run) return choice.run();
    this.#send(choice.id ? { button: choice.id } : { text: choice.text }, choice.title);
    this.#chat.log.focus({ preventScroll: true });
  }

  async #send(content, shown, typed) {
    const mine = this.#conversation;
    const offered = this.#group;
    const before = this.#asked;
    this.#ask(shown, typed);
    let messages;
    let failure;
    try {
      if (this.#sent?.shown !== shown) this.#sent = { shown, message: random() };
      const { message } = this.#sent;
      const body = { conversation: mine, message, language: this.#lang, ...content };
      messages = await send(this.#api, body, this.#abort);
    } catch (error) {
      failure = error;
    }
    if (!this.#isAnswered(mine)) return;
    const { field } = this.#chat;
    const back = () => {
      field.value = [shown, field.value].filter(Boolean).join("\n");
      this.#fitField();
    };
    if (messages) {
      messages.at(-1).buttons.push(...this.#offersOf(messages.offer));
      this.#take(messages, typed ? back : () => this.#offer(offered));
    } else {
      this.#asked.remove();
      this.#asked = before;
      this.#offer(offered);
      if (typed) back();
      else this.#failed = { content, shown };
      this.#explain(failure);
    }
    this.#touch();
  }

  /** No answer is awaited any more. False when the chat was ended or left meanwhile. */
  #isAnswered(conversation) {
    if (conversation !== this.#conversation) return false;
    this.#abort = null;
    this.#after("patience");
    this.#chat.status.replaceChildren();
    if (this.#state !== "ending") this.#go("chat");
    return true;
  }

  /** What the page itself offers below an answer. */
  #offersOf(offer) {
    const start = { title: this.#words.account_start, run: () => this.#startAccount() };
    const back = this.#account?.isWaiting ? [this.#account.wayBack] : [];
    return [...back, ...(offer === "account" ? [start] : [])];
  }

  #startAccount() {
    const { field, list, log } = this.#chat;
    this.#account?.clear();
    this.#account = new Account({
      words: () => this.#words,
      show: (messages, danger) => this.#take(Object.assign(messages, { danger })),
      ask: (text) => {
        this.#ask(text, true);
        return this.#asked;
      },
      check: (text) => this.#check(text),
      draft: (text) => {
        field.value = text;
        this.#fitField();
      },
      focus: () => (list.querySelector(".page h3") ?? field).focus({ preventScroll: true }),
      put: (page) => {
        list.append(page);
        this.#asked = this.#answer = page;
        this.#offer(null);
        this.#speak();
        this.#reveal();
        this.#say(`${this.#words.account_title}. ${this.#words.account_how}`);
      },
      tell: (word) => {
        this.#speak();
        this.#say(this.#words[word]);
      },
      erased: () => {
        this.#account = null;
        field.value = "";
        this.#take([{ text: this.#words.account_erased, buttons: [] }]);
        log.focus({ preventScroll: true });
      },
    });
    this.#account.resume();
  }

  /** Have an answer checked for danger. Where that fails, say so with 999. Null: the chat is gone. */
  async #check(text) {
    const mine = this.#conversation;
    const unchecked = { text: this.#words.account_unchecked, buttons: [] };
    const failed = () => ({ tier: "none", messages: [unchecked] });
    const checked = await check(this.#api, { conversation: mine, text }, this.#abort).catch(failed);
    if (!this.#isAnswered(mine)) return null;
    this.#touch();
    return checked;
  }

  /** Show what is asked, and that the answer is awaited. */
  #ask(shown, typed) {
    const { field, list, status } = this.#chat;
    this.#abort = new AbortController();
    silence();
    this.#clearTrouble();
    this.#asked = this.#bubble({ text: shown }, "you", this.#lang, true);
    this.#answer = null;
    list.append(this.#asked);
    clamp(this.#asked);
    this.#offer(null);
    if (typed) field.value = "";
    this.#fitField();
    waiting(status);
    this.#go("waiting");
    this.#speak();
    this.#reveal();
    this.#settle();
    this.#touch();
    this.#after("patience", PATIENCE_MS, () => this.#say(this.#words.waiting));
  }

  /** Show the answer; `back` has the words or the choices there again. */
  #take(messages, back) {
    const bubbles = this.#add(messages);
    this.#answer = bubbles[0];
    this.#frame.toggleAttribute("data-danger", Boolean(messages.danger));
    if (messages.danger) alarm(this.#answer);
    // The bot did not answer: they are to be sent again, as the same message, for it may have been
    // stored after all.
    if (messages.again) back();
    else this.#sent = null;
    this.#speak();
    this.#reveal();
    const text = messages.map((message) => message.text).join(" ");
    this.#sayWithChoices(text, messages[0].lang || this.#lang);
    return bubbles;
  }

  /** Say what the bot says, and that there are choices, which stand before the field. */
  #sayWithChoices(text, lang) {
    this.#say(`${this.#words.bot}: ${text}${this.#told()}`, lang);
  }

  /** The choices on offer as words, each group after what it is for. */
  #told() {
    const told = ["choices", "rating"].map((name) => {
      const titles = [...(this.#group?.querySelectorAll(`.${name} button`) ?? [])].map((button) => button.textContent);
      return titles.length ? ` ${this.#words[name].replace(/\?$/, "")}: ${titles.join("; ")}` : "";
    });
    return told.filter(Boolean).join(".");
  }

  /** Show messages of the bot; returns their bubbles. */
  #add(messages) {
    const bubbles = messages.map((message, index) =>
      this.#bubble(message, "bot", message.lang || this.#lang, !index));
    this.#chat.list.append(...bubbles);
    if (this.#calls) offerCalls(this.#chat.list);
    const [offered, rating] = ["buttons", "rating"].map((kind) => messages.flatMap((message) => message[kind] ?? []));
    const group = offered.length || rating.length ? choices(offered, rating, (choice) => this.#choose(choice)) : null;
    this.#offer(group);
    return bubbles;
  }

  #bubble(message, who, lang, named) {
    return bubble(message, who, lang, named, this.#words.new_tab, ({ currentTarget }) => this.#warnOfCalls(currentTarget));
  }

  /** The first press on a number: what a call leaves behind. Then each is one press. */
  #warnOfCalls(button) {
    const card = button.parentNode;
    const { call } = button.dataset;
    this.#calls = true;
    button.before(make("p", { word: "calls_warning" }));
    offerCalls(this.#chat.list);
    this.#speak();
    card.querySelector(`[href="${call}"]`).focus();
    this.#settled = performance.now() + TWICE_MS;
    this.#say(this.#words.calls_warning);
  }

  /** Offer these choices in place of the last; `aside` come back when a menu is closed. */
  #offer(group, aside) {
    this.#group?.remove();
    this.#group = group;
    this.#aside = aside;
    const { log, status, menu } = this.#chat;
    menu.setAttribute("aria-expanded", aside !== undefined);
    if (group) status.before(group);
    log.dispatchEvent(new Event("scroll")); // there may be more below now, or no more
  }

  /** What can be asked first, and a new start, in the place of the choices; and back again. */
  #menu() {
    if (this.#abort) return this.#say(this.#words.waiting);
    if (this.#aside !== undefined) return this.#offer(this.#aside);
    const first = CHOICES[this.#lang].map((title) => ({ title, text: title }));
    const group = choices([...first, { title: this.#words.again, again: true }], [],
      (choice) => choice.again ? this.#askFor("again", "again_ask") : this.#choose(choice));
    this.#offer(group, this.#group);
    this.#speak();
    this.#chat.log.scrollTop = group.offsetTop - 8;
    group.querySelector("button").focus({ preventScroll: true });
    this.#say(this.#told());
  }

  /**
   * The start of the answer, not its end: in danger the first line is the one that counts. What was
   * asked stands above it where there is room for both.
   */
  #reveal() {
    if (!this.#asked) return;
    const { log } = this.#chat;
    const above = (this.#answer?.offsetTop ?? 0) - this.#asked.offsetTop;
    log.scrollTop = (above > log.clientHeight / 3 ? this.#answer : this.#asked).offsetTop - 8;
    log.dispatchEvent(new Event("scroll"));
  }

  // When something is wrong

  #explain({ status, messages }) {
    if (!navigator.onLine) this.#trouble("offline", "offline", ["retry"]);
    else this.#trouble("error", status === 429 ? "busy" : "failed", ["retry"], messages);
  }

  #retry() {
    const { field, log } = this.#chat;
    if (this.#abort) return;
    if (this.#failed) this.#send(this.#failed.content, this.#failed.shown);
    else this.#sendField();
    (field.value ? field : log).focus({ preventScroll: true });
  }

  #keep() {
    this.#clearTrouble();
    this.#chat.field.focus();
    this.#touch();
  }

  /** Before all is cleared: to end it, or to start again. */
  #askFor(task, word) {
    this.#trouble("ending", word, [task, "keep"]);
    this.#chat.problem.querySelector("button").focus();
  }

  /** Say what is wrong, and in the same place offer to go on. */
  #trouble(kind, word, actions = [], messages = []) {
    const { problem, field } = this.#chat;
    const texts = messages.map((message) => message.text);
    const tasks = { retry: () => this.#retry(), keep: () => this.#keep(), end: () => this.#end("end"), again: () => this.#again() };
    const offered = Object.fromEntries(actions.map((action) => [action, tasks[action]]));
    const hadFocus = problem.contains(this.#shadow.activeElement);
    trouble(problem, word, texts, this.#words.new_tab, offered);
    if (hadFocus) (problem.querySelector("button") ?? field).focus();
    field.setAttribute("aria-describedby", "problem hint");
    this.#go(kind);
    this.#speak();
    this.#reveal();
    this.#say([this.#words[word], ...texts].join(" "));
  }

  #clearTrouble() {
    const { problem, field } = this.#chat;
    problem.hidden = true;
    problem.replaceChildren();
    this.#failed = null;
    field.removeAttribute("aria-invalid");
    field.setAttribute("aria-describedby", "hint");
    this.#go("chat");
  }

  /** The connection came or went. */
  online(isOn) {
    if (!this.#chat || this.#abort || this.#state === "ending") return;
    if (!isOn) this.#trouble("offline", "offline", this.#failed ? ["retry"] : []);
    else if (this.#state === "offline") this.#clearTrouble();
  }

  // Quiet for long

  /** Something was done: the clock starts again. */
  #touch() {
    if (!this.#chat) return;
    if (this.#state === "idle") this.#clearTrouble();
    this.#active = Date.now();
    this.checkIdle();
  }

  get #idleMs() {
    const minutes = Number(this.getAttribute("idle-minutes"));
    return (minutes >= 1 ? minutes : 15) * MINUTE;
  }

  /** Warn, then clear, else look again later. Also asked when a device wakes up, for timers sleep. */
  checkIdle() {
    if (!this.#chat) return;
    const left = this.#active + this.#idleMs + WARNING_MS - Date.now();
    if (left <= 0) return this.#end("idle");
    if (left <= WARNING_MS && this.#state !== "idle") this.#trouble("idle", "idle", ["keep"]);
    // A timer and the clock may differ, so the clock is looked at often.
    this.#after("idle", Math.min(left, 15_000), () => this.checkIdle());
  }

  // The end

  #again() {
    this.wipe("end");
    this.#start();
  }

  #end(reason) {
    const focused = this.#shadow.activeElement;
    this.wipe(reason);
    if (!this.#hidden) {
      this.#view("ended", ended(() => {
        this.#panel = null;
        this.#render();
        this.#focusTitle();
      }));
    }
    this.#render();
    if (reason === "end") announce(this.#words.ended, this.#lang);
    else this.#say(this.#words.ended);
    if (!focused) return;
    if (this.#hidden) this.#frame.querySelector(".launcher").focus();
    else this.#focusTitle();
  }

  /** Clear everything, here and on the server. Doing it twice does no harm. */
  wipe(reason) {
    silence();
    const conversation = this.#conversation;
    this.#conversation = null;
    this.#abort?.abort();
    this.#account?.clear();
    if (conversation) end(this.#api, conversation, reason);
    for (const name of Object.keys(this.#timers)) this.#after(name);
    if (this.#chat) {
      this.#chat.field.value = "";
      this.#chat.list.replaceChildren();
    }
    this.#panel?.remove();
    this.#abort = this.#account = this.#panel = this.#chat = this.#asked = this.#answer = this.#group = null;
    this.#failed = this.#sent = null;
    this.#calls = false;
    this.#state = "notice";
    this.#frame.removeAttribute("data-danger");
    this.#covered = false;
    this.#say("");
  }

  /** The page's own exit was pressed. It may take a while to leave, or stay. */
  exited() {
    this.wipe("exit");
    this.#hidden = !this.hasAttribute("inline");
    this.#render();
  }

  leave() {
    leave(this.#exit, this.#words.loading, [
      () => this.wipe("exit"),
      () => (this.#frame.dataset.state = "exiting"),
      () => this.#shadow.replaceChildren(),
      hush,
    ]);
  }

  /** The page is being left. */
  away() {
    this.wipe("left");
    this.#hidden = !this.hasAttribute("inline");
    this.#shadow.replaceChildren();
    hush();
  }

  // Keys, place and looks

  shift(left) {
    // Only where the page really listens, which this says: its exit may be there without its script.
    if (!this.busy || document.body.dataset.govukFrontendExitThisPageKeypress) return;
    if (left) announce(this.#words[left === 1 ? "shift_one" : "shift_two"], this.#lang);
    else this.leave();
  }

  key(name) {
    // After the release, since pressing Escape stops a page from loading.
    if (this.busy && name === "Escape" && this.#escapes) this.leave();
  }

  /** Dock where there is room, else lie in the page's flow with only the way out floating. */
  fit() {
    if (!this.#frame?.isConnected) return;
    dress(this, this.#frame);
    const docked = DOCKED.matches && !this.hasAttribute("inline");
    const theirs = document.querySelector(this.hostExits);
    // Where the page has a way out of its own that stays in view, ours does not float over it, and
    // what is scrolled to stops below it.
    const stays = theirs && staysAt(theirs, this);
    const yields = !docked && stays !== null;
    this.#frame.toggleAttribute("data-docked", docked);
    this.#frame.toggleAttribute("data-yields", yields);
    this.#frame.style.setProperty("--below", `${(yields && stays) || 0}px`);
    if (this.#panel?.isConnected) {
      lift(this.#panel, docked);
      lift(this.#panel.querySelector(".exit"), !docked && !yields);
    }
    if (visualViewport) this.follow(visualViewport);
    else this.#makeRoom();
    // Nothing of the page, such as a banner about cookies, may lie over the way in.
    const card = this.#frame.querySelector(".closed");
    if (card) lift(card, docked);
    if (theirs) this.uncover(theirs);
  }

  /** The bar leaves free what the floating way out takes of it. */
  #makeRoom() {
    const [bar, exit] = [".bar", ".bar .exit"].map((part) => this.#panel?.querySelector(part));
    // While the page is zoomed by pinching, the way out moves with the fingers; the bar stays.
    if (!bar?.isConnected || visualViewport?.scale > 1) return;
    const [around, way] = [bar, exit].map((node) => node.getBoundingClientRect());
    const isLeft = this.#frame.dataset.side === "left";
    const taken = Math.max(isLeft ? way.right - around.left : around.right - way.left, 0);
    this.#frame.style.setProperty("--taken-left", `${isLeft ? taken : 0}px`);
    this.#frame.style.setProperty("--taken", `${isLeft ? 0 : taken}px`);
  }

  /** Move the way out to where the screen really is while it is zoomed or a keyboard is up. */
  follow({ offsetTop, offsetLeft, width, height, scale }) {
    if (!this.#frame) return;
    const { style } = this.#frame;
    // A keyboard takes of what is seen, and of nothing else.
    style.setProperty("--seen", `${height * scale}px`);
    this.#frame.toggleAttribute("data-short", height * scale < SHORT);
    style.setProperty("--vy", `${offsetTop}px`);
    style.setProperty("--vx", `${offsetLeft + width - document.documentElement.clientWidth}px`);
    this.#makeRoom();
  }

  /** When what floats here lies over the middle of a part of the page, go to the other side. */
  uncover(part) {
    const { x, y, width, height } = part.getBoundingClientRect();
    const { dataset } = this.#frame;
    if (part !== this && document.elementFromPoint(x + width / 2, y + height / 2) === this) {
      dataset.side = dataset.side === "left" ? "right" : "left";
      this.#makeRoom();
    }
  }

  /** (Re)start a named timer; without a task only stop it. */
  #after(name, ms, task) {
    clearTimeout(this.#timers[name]);
    if (task) this.#timers[name] = setTimeout(task, ms);
  }
}

function watchPage() {
  allowNoQuestions();
  watchKeys((left) => current?.shift(left), (name) => current?.key(name));
  addEventListener("pagehide", () => current?.away());
  addEventListener("pageshow", (event) => event.persisted && current?.connectedCallback());
  addEventListener("online", () => current?.online(true));
  addEventListener("offline", () => current?.online(false));
  document.addEventListener("visibilitychange", () => (document.hidden ? silence() : current?.checkIdle()));
  document.addEventListener("focusin", (event) => current?.uncover(event.target));
  document.addEventListener("click", (event) => {
    if (!current || !event.composedPath().some((node) => node.matches?.("[data-open-chat]"))) return;
    event.preventDefault(); // of a link that leads to help without scripts
    current.open();
  });
  document.addEventListener("click", (event) => {
    const exits = current?.hostExits;
    if (current?.busy && event.composedPath().some((node) => node.matches?.(exits))) current.exited();
  }, true);
  for (const query of [DOCKED, DARK]) query.addEventListener("change", () => current?.fit());
  addEventListener("resize", () => current?.fit());
  for (const name of ["resize", "scroll"]) {
    visualViewport?.addEventListener(name, () => current?.follow(visualViewport));
  }
}

if (!customElements.get(NAME)) {
  watchPage();
  customElements.define(NAME, ForceChat);
  mount(NAME);
}
