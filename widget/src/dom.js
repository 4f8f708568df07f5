// Elements are made one by one and filled with text, never from markup: this works under a strict
// content policy with Trusted Types, and nothing that was typed or received can become markup.

/**
 * Make an element.
 * @param {string} tag
 * @param {Object} attributes name -> value; a function becomes an event listener; `word` names the
 *   words to show, `label` those of the accessible name, `hold` those in an empty field (see `speak`)
 * @param {...(Node|string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (["word", "label", "hold"].includes(name)) node.dataset[name] = value;
    else if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** Set CSS properties so that no style sheet of the page can change them. */
export function pin(node, properties) {
  for (const [name, value] of Object.entries(properties)) {
    node.style.setProperty(name, value, "important");
  }
  return node;
}
