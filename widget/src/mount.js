/**
 * For systems that drop unknown elements from a page: make `<div data-chat="ADDRESS" data-chat-NAME="...">`
 * hold the element, with `ADDRESS` as its `api`, the other attributes and what the div held.
 * @param {string} tag of the element
 */
export function mount(tag) {
  for (const place of document.querySelectorAll("[data-chat]")) {
    const chat = document.createElement(tag);
    for (const { name, value } of place.attributes) {
      if (name.startsWith("data-chat")) chat.setAttribute(name.slice(10) || "api", value);
    }
    chat.append(...place.childNodes);
    place.append(chat);
  }
}
