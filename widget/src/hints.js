// For the web team, in the browser's console: what keeps the chat from running, and where to mend it.
const told = new Set();

/** Say it once. */
export function hint(text) {
  if (!told.has(text)) console.warn(`force-chat: ${text} (docs/embedding.md)`);
  told.add(text);
}
