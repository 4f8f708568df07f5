"""Processes that agree to hand-overs, store and deliver them, until they are killed.

    python -m tests.services.handing_over DATABASE_URL FOLDER RECEIVER_URL

For each line on its input it begins one such process, prints its number and waits for its end. It
imports everything once, so that beginning one takes a moment only. A process prints

- `agreed ID` when a person says the second yes,
- `stored ID` when the turn is stored, which is when they get their answer,
- `refused ID` when a person says no instead: of these nothing may ever be sent.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import secrets
import signal
import sys
from pathlib import Path

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered

from bot.handover.https import HttpsDelivery
from bot.handover.note import WAY
from bot.handover.request import SLOT, new_request
from bot.handover.service import Handovers
from bot.safety import context
from bot.storage.conversations import ConversationStore
from bot.storage.database import Database
from bot.storage.keys import Keys
from tests.services.receiver import SECRET

STORAGE_KEY = "a storage key that only these tests know"
DOMAIN = {
    "intents": ["affirm", "deny"],
    "slots": {
        name: {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
        for name in (SLOT, WAY)
    },
}


def _say(line: str) -> None:
    """Print a line at once and in one piece: a process may be killed in the middle of a print."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _one(store: ConversationStore, agrees: bool) -> None:
    """One conversation whose last turn says yes, or no, to what it has in its slots."""
    request = new_request(f"07700 900{secrets.randbelow(1000):03}", "any time")
    turn = context.InFlightTurn()
    context.begin(turn)
    tracker = await store.retrieve(request["id"])
    tracker.update(ActionExecuted("action_listen"))
    tracker.update(UserUttered("yes", {"name": "affirm" if agrees else "deny"}))
    if agrees:
        tracker.update(SlotSet(SLOT, request))
        _say(f"agreed {request['id']}")
    else:
        tracker.update(SlotSet(WAY, request["way"]))
        _say(f"refused {request['id']}")
    await store.save(tracker)
    if agrees and not turn.has_storage_failed:
        _say(f"stored {request['id']}")


async def _serve(url: str, folder: str, receiver: str) -> None:
    database = Database(url, Path(folder))
    storage_keys = Keys([STORAGE_KEY])
    store = ConversationStore(
        Domain.from_dict(DOMAIN), database=database, storage_keys=storage_keys
    )
    Handovers(database, storage_keys, HttpsDelivery(receiver, SECRET)).start()
    while True:
        await _one(store, agrees=True)
        await _one(store, agrees=False)


def main() -> None:
    """Begin a process for each line."""
    for _ in sys.stdin:
        if pid := os.fork():
            _say(f"pid {pid}")
            os.waitpid(pid, 0)
            _say("ended")
        else:
            # If a test is ended, nothing it began may go on (prctl, PR_SET_PDEATHSIG).
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
            asyncio.run(_serve(*sys.argv[1:]))


if __name__ == "__main__":
    main()
