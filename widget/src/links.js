import { make } from "./dom.js";
import { CALLS, HOSTS, TEXTS } from "./words.js";

// An https address without the punctuation after it; or a number of three digits and more, with
// "call" before it where it stands there.
const FOUND = /(https:\/\/[^\s]*[^\s.,;:)])|(\bcall )?(\d(?: ?\d){2,})/gi;

/**
 * Text as nodes. Only addresses on hosts of the register become links, and only 999 can be called
 * at once. Other numbers stay text until `offerCalls`: a call can be found on a phone or a bill.
 * @param {string} text
 * @param {string} newTab words that say a link opens a new tab
 */
export function rich(text, newTab) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(FOUND)) {
    nodes.push(text.slice(end, match.index));
    nodes.push(match[1] ? address(match[1], newTab) : number(match[2] ?? "", match[3]));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}

function address(written, newTab) {
  let url;
  try {
    url = new URL(written);
  } catch {
    return written;
  }
  const known = HOSTS.some((host) => url.host === host || (host[0] === "." && url.host.endsWith(host)));
  if (!known || url.username || url.password) return written;
  const attributes = { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow" };
  return make("a", attributes, `${written.slice(8).replace(/\/$/, "")} ${newTab}`);
}

function number(call, written) {
  const digits = written.replaceAll(" ", "");
  const node = make("span", { class: "number" });
  if (call && digits === "999") {
    node.append(make("a", { href: "tel:999" }, call + written));
    return node;
  }
  if (CALLS.includes(digits)) node.dataset.call = `tel:${digits}`;
  node.append(written);
  return call ? make("span", {}, call, node) : node;
}

/** A number of the register as a button, which tells of the warning first; else nothing. */
export function callable(written, kind, call, word) {
  const digits = written.replaceAll(" ", "");
  if (!{ tel: CALLS, sms: TEXTS }[kind]?.includes(digits)) return null;
  return make("button", { type: "button", class: "way", click: call, "data-call": `${kind}:${digits}` },
    make("span", { word }), ` ${written}`);
}

/** Turn the numbers inside `root` that can be called or texted into links. */
export function offerCalls(root) {
  for (const node of root.querySelectorAll("[data-call]")) {
    const { call } = node.dataset;
    delete node.dataset.call;
    const link = make("a", { href: call }, ...node.childNodes);
    if (node.matches("button")) {
      link.className = node.className;
      node.replaceWith(link);
    } else node.replaceChildren(link);
  }
}

/** A whole address with an allowed protocol, else null. */
export function whole(text, allowed, base) {
  try {
    const url = new URL(text, base);
    return allowed.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
