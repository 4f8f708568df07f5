import { hint } from "./hints.js";

/** The reader's own choice. */
export const DARK = matchMedia("(prefers-color-scheme: dark)");
// Above 4.5, because the brand's colour as text also stands on grounds that are not quite the paper's.
const LEADS = 6;

/** Contrast by WCAG of two computed colours; 0 unless both are opaque. */
export function contrast(...colours) {
  const [a, b] = colours.map((colour) => {
    const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
    if (!parts) return NaN;
    // Near black this is a little lighter than the exact curve, so never too generous.
    const [r, g, b] = parts.slice(1).map((value) => ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  });
  return Math.max(a / b, b / a) || 0;
}

/**
 * Dress the chat as the page asks. A page that is only light or only dark says so with `color-scheme`;
 * else the reader's choice counts. The page's two colours are taken only when they can be told apart,
 * and as the colour of links only when it also stands out from the ground.
 */
export function dress(chat, frame) {
  const page = getComputedStyle(chat);
  const schemes = page.colorScheme?.match(/light|dark/g) ?? [];
  const [brand, text] = ["--chat-brand", "--chat-brand-text"].map((name) => page.getPropertyValue(name));
  frame.toggleAttribute("data-dark", schemes.length === 1 ? schemes[0] === "dark" : DARK.matches);
  const probe = document.createElement("i");
  Object.assign(probe.style, { color: brand, backgroundColor: text, outlineColor: "var(--paper)" });
  let fits = false;
  let leads = false;
  if (probe.style.color && probe.style.backgroundColor) {
    frame.append(probe);
    const { color, backgroundColor, outlineColor } = getComputedStyle(probe);
    fits = contrast(color, backgroundColor) >= 4.5;
    leads = fits && contrast(color, outlineColor) >= LEADS;
    probe.remove();
  }
  if (brand && !fits) hint("--chat-brand: contrast below 4.5");
  frame.toggleAttribute("data-theme", fits);
  frame.toggleAttribute("data-leads", leads);
}
