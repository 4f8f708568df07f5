"""This chat beside three others, in real Chromium: size, traces, policy, accessibility, speed.

    mkdir others && cd others
    npm install --ignore-scripts deep-chat@2.4.2 rasa-webchat@1.0.1 botframework-webchat@4.18.1
    cd .. && .venv/bin/python -m benchmarks.widgets others

Each chat is put on an empty page as its documentation says, with its defaults, opened, and asked
one question, which this script answers. Printed for each, as in docs/widgets-compared.md:

- KB that a page must load, gzipped (level 9);
- requests before anybody opens the chat, beside page and script; hosts other than the page's own;
- what is in cookies, localStorage and sessionStorage after the question;
- violations of the strict content policy of widget/demo/serve.py, opened and asked again;
- rules of WCAG 2.2 AA that axe finds violated with the chat open and answered;
- whether Escape and Shift, pressed in the field, reach the page;
- medians of five runs with the processor slowed down four times, in milliseconds: until it can be
  opened, from there to a field that has the focus, both also as time of the processor (the page's
  main thread), which other work on the machine changes least; and the longest task.
"""

from __future__ import annotations

import argparse
import json
import shutil
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.widgets.measures import measured
from benchmarks.widgets.pages import chats
from benchmarks.widgets.servers import Site, socket_server


def main(others: Path) -> None:
    """Measure all and print one line of JSON for each."""
    site, sockets = Site(), socket_server()
    for server in (site, sockets):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    all_chats = chats(others, sockets.server_port)
    site.chats = {chat.name: chat for chat in all_chats}
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for chat in all_chats:
            print(json.dumps({"chat": chat.name, **measured(browser, site, chat)}), flush=True)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Compare this chat with three others.")
    parser.add_argument("others", type=Path, help="the folder where npm installed the others")
    main(parser.parse_args().others)
