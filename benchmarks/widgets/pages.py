"""The pages that are compared: each chat as its documentation embeds it, on a page of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from widget.build import DIST

ANSWER = "Two years or longer."


@dataclass
class Chat:
    """One chat on a page of its own.

    Attributes:
        name: as its package is called.
        script: the file that a page must load.
        markup: what stands in the page before the script.
        start: JavaScript that the page runs after the script.
        module: whether the script is a module.
        field: where a person types.
        clicks: what to press until the field is there.
    """

    name: str
    script: Path
    markup: str = ""
    start: str = ""
    module: bool = False
    field: str = "textarea"
    clicks: tuple[str, ...] = ()

    @property
    def page(self) -> bytes:
        """The page that carries it."""
        kind = "module" if self.module else "text/javascript"
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Help</title><main>'
            f"<h1>Help</h1>{self.markup}</main>"
            f'<script type="{kind}" src="/{self.name}.js"></script>'
            f'<script type="{kind}" src="/{self.name}.start.js"></script></html>'
        ).encode()


# A Direct Line of the page's own: what is posted comes back, followed by the answer.
DIRECT_LINE = """
  const stream = (onStart) => { const all = new Set(); return {
    next: (value) => all.forEach((one) => one.next(value)),
    subscribe(first, error, complete) {
      const one = typeof first === "function" ? { next: first } : first;
      all.add(one); onStart?.(one);
      return { unsubscribe: () => all.delete(one) };
    } }; };
  const activity$ = stream();
  const say = (activity) => activity$.next({ id: String(Math.random()),
    timestamp: new Date().toISOString(), conversation: { id: "c" }, ...activity });
  const directLine = { activity$, connectionStatus$: stream((one) => one.next(2)), end() {},
    postActivity: (activity) => ({ subscribe(first) {
      const id = String(Math.random());
      setTimeout(() => { (first.next ?? first).call(first, id);
        if (activity.type !== "message") return;
        say({ ...activity, id, from: { id: "me", role: "user" } });
        say({ type: "message", text: ANSWER, from: { id: "bot", role: "bot" } }); }, 20);
      return { unsubscribe() {} }; } }) };
  WebChat.renderWebChat({ directLine, userID: "me" }, document.querySelector("#chat"));
"""


def chats(others: Path, socket_port: int) -> list[Chat]:
    """Ours and the others, as their documentation embeds them.

    Args:
        others: the folder in which npm installed them.
        socket_port: where the Socket.IO server listens.
    """
    modules = others / "node_modules"
    manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return [
        Chat(
            "force-chat", DIST / manifest["script"], '<force-chat api="/chat"></force-chat>',
            module=True, clicks=(".launcher", ".start"),
        ),
        Chat(
            "deep-chat", modules / "deep-chat/dist/deepChat.bundle.js",
            """<deep-chat connect='{"url": "/deep-chat"}'></deep-chat>""",
            module=True, field="#text-input",
        ),
        Chat(
            "rasa-webchat", modules / "rasa-webchat/lib/index.js",
            start=f"WebChat.default({{ socketUrl: 'http://127.0.0.1:{socket_port}', "
            "customData: { language: 'en' }, title: 'Chat' }, null);",
            field=".rw-new-message", clicks=(".rw-launcher",),
        ),
        Chat(
            "botframework-webchat", modules / "botframework-webchat/dist/webchat.js",
            '<div id="chat"></div>', DIRECT_LINE.replace("ANSWER", json.dumps(ANSWER)),
            field="[data-testid='send box text area'], .webchat__send-box-text-box__input",
        ),
    ]  # fmt: skip
