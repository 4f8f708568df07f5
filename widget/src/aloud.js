// Reads aloud what is shown, only when somebody presses for it, and only with voices of the device: any
// other voice would send the words to its maker.

// Numbers to call are read digit by digit: "9 9 9", not "nine hundred and ninety-nine".
const DIGITS = /\b(999|101|\d(?: ?\d){4,})\b/g;
const speech = globalThis.speechSynthesis;
let stopped = null; // told when it falls silent; null while it is silent

/** The device's own voice for a language; undefined where it has none. */
export function voiceOf(lang) {
  const own = speech?.getVoices().filter((voice) => voice.localService && voice.lang.startsWith(lang)) ?? [];
  return own.find((voice) => voice.lang === "en-GB") ?? own[0];
}

/**
 * Read a text.
 * @param {string} text
 * @param {string} lang
 * @param {Function} done called once, when all is read or when `silence` is asked for
 */
export function read(text, lang, done) {
  const saying = new SpeechSynthesisUtterance(text.replace(DIGITS, (digits) => [...digits].join(" ")));
  stopped = done;
  saying.lang = lang;
  saying.voice = voiceOf(lang);
  saying.onend = saying.onerror = silence;
  speech.speak(saying);
}

/** Fall silent at once. Never fails, for everything that clears the chat asks for it first. */
export function silence() {
  if (!stopped) return;
  speech.cancel();
  queueMicrotask(stopped);
  stopped = null;
}
