"""The tracker that Rasa passes to a component whose `process` takes one."""

from __future__ import annotations

from typing import Optional

from rasa.shared.core.trackers import DialogueStateTracker

# Rasa's check of a pipeline takes `X | None` for no type at all.
MaybeTracker = Optional[DialogueStateTracker]  # noqa: UP045
