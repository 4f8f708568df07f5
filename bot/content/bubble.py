"""A speech bubble: its words, the reply that they are of, and what a page can lay out of them."""

from __future__ import annotations

from typing import Any


class Bubble(str):
    """The words of a bubble. It is a text, so whatever shows only text loses nothing.

    Attributes:
        reply: id of the register's reply; "" where the words are nobody's.
        layout: what a page shows of it in its own way, by the names of the reply contract
            (docs/openapi.yaml): `steps` and `contacts` are the words once more, `more` and
            `sources` stand behind a press.
    """

    reply: str
    layout: dict[str, Any]

    def __new__(cls, text: str, reply: str = "", layout: dict[str, Any] | None = None) -> Bubble:
        """Makes a bubble of a text."""
        made = super().__new__(cls, text)
        made.reply, made.layout = reply, layout or {}
        return made

    def with_layout(self, **more: Any) -> Bubble:
        """Returns the same bubble with more to lay out; fields without anything are left out."""
        return Bubble(self, self.reply, {**self.layout, **{k: v for k, v in more.items() if v}})

    def as_dict(self) -> dict[str, Any]:
        """Returns what `from_dict` reads back; it fits into JSON."""
        return {"text": str(self), "reply": self.reply, **self.layout}


def from_dict(written: dict[str, Any]) -> Bubble:
    """Returns the bubble that `Bubble.as_dict` wrote.

    Raises:
        KeyError: it is something else.
    """
    layout = {name: value for name, value in written.items() if name not in ("text", "reply")}
    return Bubble(written["text"], written["reply"], layout)
