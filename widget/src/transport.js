import { hint } from "./hints.js";

// All that goes over the network. No cookies, no referrer, nothing cached; the conversation's id
// travels in the body, so it is in no address and no log of addresses.

// Longer than the gateway's own deadline (CHAT_REPLY_DEADLINE), which answers by itself.
const TIMEOUT_MS = 15_000;
const PRIVATE = {
  credentials: "omit",
  referrerPolicy: "no-referrer",
  cache: "no-store",
  redirect: "error",
};

/** The id of a conversation or of a message: 128 random bits as 32 hexadecimal digits. */
export function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
}

/**
 * Send one message.
 * @param {string} api base address, ending in "/"
 * @param {Object} body
 * @param {AbortController} abort ends the request when the person leaves
 * @returns {Promise<Array<{text: string, lang?: string, buttons: Array<{title: string, id: string}>}>>}
 *   each with what can be laid out (docs/openapi.yaml, Bubble); with `again` where the server
 *   answered by itself, but for storage_failed, `danger` where it is the answer to an emergency,
 *   and `offer`, what the page can do itself (docs/gateway.md)
 * @throws {Error} with `status` and the server's `messages`, where there are any
 */
export async function send(api, body, abort) {
  const { status, answer, messages } = await post(`${api}messages`, body, abort);
  if (!messages.length) throw Object.assign(new Error("no answer"), { status, messages });
  const { outcome, offer } = answer;
  return Object.assign(messages, {
    again: /^safe_reply_(?!st)/.test(outcome), danger: outcome === "emergency", offer,
  });
}

/**
 * Have a text checked for danger; arguments and errors as of `send`.
 * @returns {Promise<{tier: string, messages: Array}>} what to show, mostly nothing
 */
export async function check(api, body, abort) {
  const { answer, messages } = await post(`${api}check`, body, abort);
  const { tier } = answer ?? {};
  if (!tier || (tier !== "none" && !messages.length)) throw new Error("no answer");
  return { tier, messages };
}

async function post(address, body, abort) {
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(address, {
      ...PRIVATE,
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: abort.signal,
    });
    const answer = await response.json().catch(() => null);
    const messages = readable(answer);
    const { status, ok } = response;
    if (!ok) throw Object.assign(new Error("refused"), { status, messages });
    return { status, answer, messages };
  } finally {
    clearTimeout(timer);
  }
}

/** Only what can be shown: an answer without words is no answer. */
function readable(answer) {
  const isText = (value) => typeof value === "string" && value.trim();
  const list = (value) => (Array.isArray(value) ? value : []);
  const pressed = (value) => list(value).filter((one) => isText(one?.title) && isText(one?.id));
  const fields = (one) => Object.fromEntries(
    Object.entries(one).filter(([, value]) => value === true || value === false || isText(value)));
  return list(answer?.messages)
    .filter((message) => isText(message?.text))
    .map(({ text, lang, buttons, rating, steps, contacts, more, sources }) => ({
      text,
      lang: isText(lang),
      buttons: pressed(buttons),
      rating: pressed(rating),
      steps: list(steps).filter(isText),
      contacts: list(contacts).filter((one) => isText(one?.name)).map(fields),
      more: list(more).filter(isText),
      sources: list(sources).filter((one) => isText(one?.title)),
    }));
}

/** False when the server says that it cannot answer now, or cannot be reached. */
export async function isReady(api) {
  try {
    const response = await fetch(`${api}ready`, PRIVATE);
    if (!response.ok) return false;
    return !(await response.json().catch(() => null))?.switched_off;
  } catch {
    hint(`no answer from ${api}. Is it up, in connect-src, and ${origin} in CHAT_ORIGINS?`);
    return false;
  }
}

/** Have the conversation erased. Also goes out while the page is being left. */
export function end(api, conversation, reason) {
  // Plain text needs no preflight, for which a page that is being left has no time.
  fetch(`${api}end`, {
    ...PRIVATE,
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "text/plain" },
    body: JSON.stringify({ conversation, reason }),
  }).catch(() => {}); // The server lets it expire by itself.
}
