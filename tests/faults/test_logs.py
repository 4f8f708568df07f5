"""No log line at any level holds a message, a slot's value or a conversation's id.

Everything that reads a message is made to raise with the message in its error, in the product and
in plain `rasa run --debug` with its action server, both at their most talkative.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from local_servers.ports import free_ports
from tests.faults.product import build, running
from tests.faults.table import check_format
from tests.integration.conftest import KEY, LOUD, Bot, Chat
from tests.integration.handover_steps import to_the_last_yes
from tests.integration.waiting import PATIENCE, REPLY_DEADLINE
from tests.services.receiver import SECRET, Receiver, Road

pytestmark = [pytest.mark.integration, pytest.mark.faults]

TYPED = "umbrellazebra"
SLOT = "01632 960777"
ENDPOINTS = """
action_endpoint: {{url: "http://127.0.0.1:{actions}/webhook"}}
nlg: {{type: bot.rasa_adapters.responses.RegisterResponses}}
lock_store: {{type: actions.broken.Locks}}
tracker_store: {{type: bot.storage.conversations.ConversationStore}}
"""


@dataclass
class Talkative:
    """A running bot that logs all it can.

    Attributes:
        bot: where it is.
        faults: the file that says what is broken.
        rest: whether Rasa's own channel is there too.
        read: gives all that has been logged.
        ids: of the conversations that there were.
    """

    bot: Bot
    faults: Path
    rest: bool
    read: Callable[[], str]
    ids: list[str] = field(default_factory=list)

    def chat(self) -> Chat:
        chat = self.bot.chat()
        self.ids.append(chat.id)
        return chat

    @contextmanager
    def broken(self, fault: str, who: str) -> Iterator[None]:
        self.faults.write_text(f"{fault} {who}\n")
        try:
            yield
        finally:
            self.faults.unlink()

    def say(self, chat: Chat, text: str) -> None:
        """Through the gateway, and through Rasa's own channel where there is one."""
        check_format(chat.post(text=text))
        if self.rest:
            address = f"http://127.0.0.1:{self.bot.port}/webhooks/rest/webhook"
            requests.post(address, json={"sender": chat.id, "message": text}, timeout=PATIENCE)


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """To a force's system that nobody starts: everything sent there fails."""
    (port,) = free_ports(1)
    built = Road(Receiver(port, tmp_path_factory.mktemp("nobody") / "received.db"))
    yield built
    built.close()


def settings(road: Road, folder: Path) -> dict[str, str]:
    return {
        **LOUD, "CHAT_HANDOVER_URL": road.url, "CHAT_HANDOVER_SECRET": SECRET,
        "CHAT_STATE": str(folder / "state"), "CHAT_STORAGE_KEYS": KEY,
        "CHAT_CONVERSATION_RATE": "0", "CHAT_ADDRESS_RATE": "0", "CHAT_SECRET_KEY": KEY,
        "FAULTS": str(folder / "faults"), "CHAT_REPLY_DEADLINE": str(REPLY_DEADLINE),
    }  # fmt: skip


@contextmanager
def our_product(folder: Path, road: Road) -> Iterator[Talkative]:
    """`python -m bot run`."""
    with running(folder, **settings(road, folder)) as product:
        yield Talkative(product.bot, product.faults, rest=False, read=lambda: product.bot.logged)


@contextmanager
def plain_rasa(folder: Path, road: Road) -> Iterator[Talkative]:
    """`rasa run --debug` and `rasa run actions --debug`, with Rasa's own channel open too."""
    tree, (port, actions) = build(folder / "tree"), free_ports(2)
    (folder / "endpoints.yml").write_text(ENDPOINTS.format(actions=actions))
    environment = {**os.environ, **settings(road, folder), "PYTHONPATH": str(tree)}
    commands = {
        "actions.log": ["actions", "--port", str(actions)],
        "rasa.log": ["--port", str(port), "-i", "127.0.0.1", "--credentials", "credentials.yml",
                     "--endpoints", str(folder / "endpoints.yml"), "--model", "models"],
    }  # fmt: skip
    with ExitStack() as stack:
        for name, words in commands.items():
            log = stack.enter_context((folder / name).open("w"))
            process = subprocess.Popen(
                [sys.executable, "-m", "rasa", "run", *words, "--debug"],
                cwd=tree, env=environment, stdout=log, stderr=log,
            )  # fmt: skip
            stack.callback(process.wait, PATIENCE)
            stack.callback(process.send_signal, signal.SIGKILL)
        bot = Bot(process, port)
        wait_until_ready(bot)
        warm_up(bot.chat())
        logs = [folder / name for name in commands]
        read = lambda: "".join(log.read_text(errors="replace") for log in logs)  # noqa: E731
        yield Talkative(bot, folder / "faults", rest=True, read=read)


def wait_until_ready(bot: Bot) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{bot.url}ready", timeout=30).ok:
                return
        except requests.RequestException:
            assert bot.process.poll() is None, "Rasa has ended"
        time.sleep(0.2)
    raise AssertionError("Rasa did not start")


def warm_up(chat: Chat) -> None:
    """The action server reads the net's rules when it first needs them; that takes seconds."""
    for text in ("can i talk to a real person", "yes", "yes", "07700 900123"):
        chat.post(text=text)
    time.sleep(5)


@pytest.fixture(scope="module", params=[our_product, plain_rasa], ids=["product", "rasa --debug"])
def talkative(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, road: Road
) -> Iterator[Talkative]:
    with request.param(tmp_path_factory.mktemp("talkative"), road) as started:
        yield started


@pytest.fixture(autouse=True)
def nothing_is_told(talkative: Talkative) -> Iterator[None]:
    """Whatever a test did, the logs hold nothing of it."""
    yield
    time.sleep(0.2)
    log = talkative.read().casefold()
    assert "predicted next action" in log, "a line at the level DEBUG"
    for secret in (TYPED, SLOT, "960777", *talkative.ids):
        found = re.search(f".{{0,80}}{re.escape(secret)}.{{0,80}}", log)
        assert found is None, found.group()


def failures(talkative: Talkative) -> int:
    """How many failures the logs tell of: ours, and those that Rasa's fail-safe store swallows."""
    return len(re.findall("RuntimeError|Error happened when trying", talkative.read()))


@pytest.mark.parametrize("fault", ["raises", "read", "write", "lock"])
def test_an_action_a_store_or_a_lock_that_raises(talkative, fault):
    chat, before = talkative.chat(), failures(talkative)
    chat.say(f"what is a stalking protection order {TYPED}")
    with talkative.broken(fault, chat.id):
        talkative.say(chat, f"what is a stalking protection order {TYPED}")
        talkative.say(chat, f"{TYPED} he is outside my house now")
    talkative.say(chat, f"and {TYPED} again")
    assert failures(talkative) > before


def test_a_component_of_the_pipeline_that_raises(talkative):
    chat = talkative.chat()
    talkative.say(chat, f"quokkaLabelClassifier {TYPED}")
    assert "turn failed: GraphComponentException" in talkative.read()


@pytest.mark.parametrize("fault", ["raises", "read", "write", "lock"])
def test_the_same_in_the_middle_of_a_hand_over(talkative, fault):
    chat = talkative.chat()
    to_the_last_yes(chat, f"{SLOT}, ask for {TYPED}")
    with talkative.broken(fault, chat.id):
        check_format(chat.post(text=f"sorry, {SLOT} and not {TYPED}"))
        check_format(chat.post(text="yes"))


@pytest.mark.parametrize("trouble", ["", "503", "404", "nonsense", "answer lost"])
def test_a_hand_over_whose_endpoint_fails(talkative, road, trouble):
    chat = talkative.chat()
    to_the_last_yes(chat, f"{SLOT}, ask for {TYPED}")
    road.trouble = trouble
    try:
        check_format(chat.post(text="yes"))
    finally:
        road.trouble = ""
    assert "hand-over not delivered" in talkative.read()


def test_buttons_requests_and_the_end(talkative):
    chat = talkative.chat()
    chat.say(f"hello {TYPED}")
    chat.press(next(iter(chat.buttons)))
    requests.post(f"{talkative.bot.url}messages", data=f"{{{TYPED}", timeout=PATIENCE)
    requests.post(f"{talkative.bot.url}{TYPED}?{chat.id}", json={"text": TYPED}, timeout=PATIENCE)
    wrong = {"conversation": chat.id, "text": 7, TYPED: TYPED}
    requests.post(f"{talkative.bot.url}messages", json=wrong, timeout=PATIENCE)
    requests.post(f"{talkative.bot.url}end", json={"conversation": chat.id}, timeout=PATIENCE)
    talkative.ids.append(secrets.token_hex(16))
    requests.post(
        f"{talkative.bot.url}end", json={"conversation": talkative.ids[-1]}, timeout=PATIENCE
    )
