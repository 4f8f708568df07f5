// The plain stand-alone chat page. Keeps everything in memory, writes nothing to the device.
"use strict";

const log = document.getElementById("log");
const replies = document.getElementById("replies");
const status = document.getElementById("status");
const form = document.getElementById("form");
const field = document.getElementById("message");
const send = form.querySelector("button");
const words = document.body.dataset;
const TIMEOUT_MS = 15000;

let conversation = newConversation();

function newConversation() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bubble(text, own, named) {
  const item = document.createElement("li");
  if (named) {
    const who = document.createElement("span");
    who.className = "who";
    who.textContent = own ? words.you : words.bot;
    item.append(who);
  }
  if (own) {
    item.className = "own";
    item.append(text);
  } else {
    appendWithLinks(item, text);
  }
  log.append(item);
  return item;
}

// Addresses in answers become links; everything else stays text, never markup. Numbers stay on
// one line, so that they can be read and dialled in one go.
function appendWithLinks(item, plain) {
  const text = plain.replace(/(\d) (?=\d)/g, "$1\u00a0");
  for (const part of text.split(/(https:\/\/[^\s]*[^\s.,;:)])/)) {
    if (part.startsWith("https://")) {
      const link = document.createElement("a");
      link.href = part;
      link.rel = "noopener noreferrer nofollow";
      link.target = "_blank";
      link.textContent = part.replace("https://", "");
      item.append(link);
    } else {
      item.append(part);
    }
  }
}

function show(messages) {
  replies.replaceChildren();
  for (const [index, message] of messages.entries()) {
    bubble(message.text, false, index === 0);
    for (const offered of message.buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = offered.title;
      button.addEventListener("click", () => submit({ button: offered.id }, offered.title));
      replies.append(button);
    }
  }
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return response.json();
}

async function submit(content, shown) {
  const mine = conversation;
  send.disabled = true;
  status.textContent = words.waiting;
  try {
    const answer = await post("messages", { conversation: mine, ...content });
    if (mine !== conversation) return; // ended meanwhile
    if (!Array.isArray(answer.messages) || answer.messages.length === 0) throw new Error("empty");
    if (content.text !== undefined) field.value = "";
    const asked = bubble(shown, true, true);
    show(answer.messages);
    // The start of the answer, not its end: in danger the first line is the one that counts.
    asked.scrollIntoView({ block: "start" });
    status.textContent = "";
  } catch {
    if (mine === conversation) {
      status.textContent = words.failed;
    }
  } finally {
    send.disabled = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!send.disabled) submit({ text: field.value }, field.value || "…");
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

function endOnServer() {
  const body = JSON.stringify({ conversation });
  fetch("end", { method: "POST", keepalive: true, body, credentials: "omit",
    headers: { "Content-Type": "text/plain" } }).catch(() => {});
}

function wipe() {
  endOnServer();
  conversation = newConversation();
  log.replaceChildren();
  replies.replaceChildren();
  field.value = "";
  status.textContent = "";
}

document.getElementById("end").addEventListener("click", () => {
  wipe();
  start();
});

document.getElementById("exit").addEventListener("click", (event) => {
  event.preventDefault();
  const target = event.currentTarget.href;
  try { wipe(); } finally { location.replace(target); }
});

addEventListener("pagehide", wipe);
addEventListener("pageshow", (event) => { if (event.persisted) start(); });

async function start() {
  try {
    const response = await fetch("notice", { cache: "no-store", credentials: "omit" });
    show((await response.json()).messages);
  } catch {
    status.textContent = words.unreachable;
  }
}

start();
