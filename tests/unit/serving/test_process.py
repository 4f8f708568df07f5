"""A process whose model could not be loaded tries again, and then answers as any other."""

from __future__ import annotations

import asyncio

import pytest
from rasa.core.agent import Agent

from bot.rasa_adapters import model_archive
from bot.serving import process
from bot.serving.training import ensure_model


def test_a_model_that_could_not_be_loaded_is_loaded_when_it_can_be(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "_AGAIN_SECONDS", 0.05)
    model = tmp_path / "model.tar.gz"
    model.write_text("this is not a model")
    agent = Agent()

    async def scene():
        trying = asyncio.create_task(process._load_until_ready(agent, model))
        await asyncio.sleep(0.5)
        assert not trying.done()
        assert not agent.is_ready()
        (tmp_path / "whole").mkdir()
        model_archive.move(model_archive.copy(ensure_model(), tmp_path / "whole"), model)
        await asyncio.wait_for(trying, 600)
        return await agent.parse_message("he is outside my house now")

    assert asyncio.run(scene())["intent"]["name"] == "emergency"
    assert agent.domain is agent.processor.domain
    assert agent.tracker_store.domain is agent.domain


@pytest.mark.parametrize(("release", "warns"), [((3, 11, 17), True), ((3, 11, 18), False)])
def test_an_old_release_of_python_is_told_at_the_start(monkeypatch, caplog, release, warns):
    monkeypatch.setattr(process.sys, "version_info", release)
    process._warn_of_an_old_python()
    assert ("is older than 3.11.18" in caplog.text) is warns
