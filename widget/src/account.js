import { make } from "./dom.js";

// What is asked, and stands on the page, in this order.
const PARTS = ["what", "since", "often", "who", "changed", "fear"];

/**
 * "Help me put it in order": one question after another, then one page. The answers live in this
 * object and on the page it shows, and nowhere else (docs/account.md).
 *
 * `host` is the chat: `words()`; `show(messages, danger)` says them and returns their bubbles;
 * `ask(text)` shows an answer and returns its bubble; `check(text)` has it checked for danger and
 * gives null once the chat is gone; `draft(text)` fills the field; `put(page)` shows the page;
 * `focus()` goes to what comes next; `tell(word)` says it; `erased()` is told at the end.
 */
export class Account {
  #host;
  #answers = {};
  #nodes = PARTS.map(() => []); // the bubbles of each question
  #at = 0;
  #page = null;
  #isErased = false;
  isAsking = false; // what is typed answers the question

  constructor(host) {
    this.#host = host;
  }

  /** Whether something came between: it goes on when the person says so. */
  get isWaiting() {
    return !this.isAsking && !this.#page;
  }

  /** What takes the person back to the questions. */
  get wayBack() {
    const words = this.#host.words();
    return { title: words.account_go_on, run: () => this.resume() };
  }

  /** Go on because the person pressed something. */
  resume() {
    this.#next();
    this.#host.focus();
  }

  /** Ask the next question, or show the page. What `note` holds is said before. */
  #next(note = []) {
    const words = this.#host.words();
    const part = PARTS[this.#at];
    this.isAsking = Boolean(part);
    if (!part) return this.#finish(note, words);
    const text = `${this.#at + 1} ${words.account_of} ${PARTS.length}. ${words[`account_ask_${part}`]}`;
    const buttons = [{ title: words.account_skip, run: () => this.#move(1) }];
    if (this.#at) buttons.push(this.#wayTo(-1, words));
    buttons.push(this.#end(words));
    this.#nodes[this.#at].push(this.#host.show([...note, { text, buttons }]).at(-1));
    this.#host.draft(this.#answers[part] ?? "");
  }

  /** Take an answer. Danger in it is shown at once, then it asks whether to go on. */
  async answer(text) {
    const { show, ask, check } = this.#host;
    this.isAsking = false;
    this.#nodes[this.#at].push(ask(text));
    const checked = await check(text);
    if (!checked || this.#isErased) return;
    this.#answers[PARTS[this.#at]] = text;
    this.#at += 1;
    const { tier, messages } = checked;
    if (tier === "none") return this.#next(messages);
    const words = this.#host.words();
    const buttons = [this.wayBack, this.#end(words)];
    show([...messages, { text: words.account_after_danger, buttons }], tier === "emergency");
  }

  /** Erase everything, and say so. */
  erase() {
    this.clear();
    this.#host.erased();
  }

  /** Erase everything. Doing it twice does no harm. */
  clear() {
    this.#isErased = true;
    this.isAsking = false;
    this.#answers = {};
    this.#drop(0);
  }

  #wayTo(step, words) {
    return { title: words.account_back, run: () => this.#move(step) };
  }

  #end(words) {
    return { title: words.account_erase, run: () => this.erase() };
  }

  #move(step) {
    if (step > 0) delete this.#answers[PARTS[this.#at]];
    this.#at += step;
    if (step < 0) this.#drop(this.#at);
    this.resume();
  }

  #drop(from) {
    for (const node of this.#nodes.slice(from).flat()) node.remove();
    for (const nodes of this.#nodes.slice(from)) nodes.length = 0;
    this.#page?.remove();
    this.#page = null;
  }

  #finish(note, words) {
    const parts = PARTS.filter((part) => this.#answers[part]);
    if (!parts.length) {
      const buttons = [this.#wayTo(-1, words)];
      return this.#host.show([...note, { text: words.account_empty, buttons }]);
    }
    if (note.length) this.#host.show(note);
    this.#drop(0);
    this.#page = page(parts.map((part) => [part, this.#answers[part]]), {
      copy: () => this.#copy(parts),
      back: () => this.#move(-1),
      erase: () => this.erase(),
    });
    this.#host.put(this.#page);
  }

  async #copy(parts) {
    const words = this.#host.words();
    const text = parts.map((part) => `${words[`account_head_${part}`]}\n${this.#answers[part]}`);
    try {
      await navigator.clipboard.writeText(text.join("\n\n"));
      this.#tell("account_copied");
    } catch { // the page forbids it, or is not served over https
      this.#tell("account_copy_failed");
    }
  }

  #tell(word) {
    const told = this.#page?.querySelector(".told");
    if (!told) return;
    told.dataset.word = word;
    this.#host.tell(word);
  }
}

/** What the person says, under plain headings. */
function page(parts, { copy, back, erase }) {
  const larger = ({ target }) => {
    const isLarge = target.closest(".page").classList.toggle("large");
    target.setAttribute("aria-pressed", isLarge);
  };
  const tools = [["account_copy", copy], ["account_larger", larger], ["account_back", back], ["account_erase", erase]];
  const made = make("li", { class: "page" },
    make("h3", { tabindex: "-1", word: "account_title" }),
    make("p", { word: "account_how" }),
    ...parts.flatMap(([part, text]) => [
      make("h4", { word: `account_head_${part}` }),
      make("p", { class: "text", dir: "auto", translate: "no" }, text),
    ]),
    make("p", { word: "account_device" }),
    make("div", { class: "tools" },
      ...tools.map(([word, click]) => make("button", { type: "button", word, click }))),
    make("p", { class: "told" }));
  made.querySelector("[data-word=account_larger]").setAttribute("aria-pressed", "false");
  return made;
}
