"""The page that makes the snippet: what is asked for comes back, and none of it is markup."""

from __future__ import annotations

import html
import re

import pytest

from bot.cli import main
from bot.content.register import get_register
from bot.gateway.pages import assets, embed
from bot.gateway.pages.assets import Script
from bot.settings import get_settings

SCRIPT = Script("chat-1.js", "sha384-" + "A" * 64, b"")
HERE = "https://chat.example/chat"
STYLES = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def shown(**given: str) -> str:
    return embed.page(SCRIPT, given, HERE).html


def part(document: str, name: str) -> str:
    return html.unescape(re.search(rf'<pre id="{name}">(.*?)</pre>', document, re.DOTALL)[1])


def test_without_a_wish_it_is_for_the_force_of_this_gateway():
    document = shown()
    force = get_register().forces[get_settings().force]
    assert f'<option value="{force.id}" selected>' in document
    assert f'<force-chat api="{HERE}" ui-lang="en">' in part(document, "snippet")
    assert part(document, "settings").startswith(f"CHAT_FORCE={force.id}\nCHAT_ORIGINS=https://")
    assert 'class="told"' not in document
    assert not re.search(r"<!--|\{[a-z]", document.split("</style>")[-1])


def test_each_force_can_be_chosen():
    for force in get_register().forces.values():
        document = shown(force=force.id)
        assert f'value="{force.id}" selected' in document
        assert html.escape(str(force.report_url or force.home_url)) in html.unescape(document)
        assert part(document, "settings") == (
            f"CHAT_FORCE={force.id}\nCHAT_ORIGINS={str(force.home_url).rstrip('/')}"
        )


def test_it_says_where_the_script_comes_from():
    own = shown(folder="/js/")
    assert f'src="/js/{SCRIPT.name}" integrity="{SCRIPT.integrity}"' in part(own, "snippet")
    assert part(own, "policy") == "script-src 'self'; connect-src https://chat.example"
    ours = shown(served="1")
    assert f'src="{HERE}/assets/{SCRIPT.name}"' in part(ours, "snippet")
    assert (
        part(ours, "policy") == "script-src https://chat.example; connect-src https://chat.example"
    )
    assert 'name="served" checked' in ours and 'name="served" checked' not in own


def test_a_div_and_the_forces_name_are_in_the_snippet_when_ticked():
    plain, all_of_it = shown(force="kent"), shown(force="kent", div="1", named="1")
    assert "data-chat" not in part(plain, "snippet") and "force-name" not in part(plain, "snippet")
    snippet = part(all_of_it, "snippet")
    assert snippet.startswith(
        f'<div data-chat="{HERE}" data-chat-ui-lang="en" data-chat-force-name="Kent'
    )
    assert "</div>" in snippet and "force-chat" not in snippet
    assert '<force-chat force-name="Kent' in all_of_it, "the preview shows it too"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#1d4468", "#1d4468", 1)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert embed.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert embed.contrast(other, one) == embed.contrast(one, other)


def test_colours_are_in_the_style_and_told_when_they_cannot_be_read():
    good = shown(brand="#4B2A6B", brand_text="#ffffff", radius="12")
    (_, look) = STYLES.findall(good)
    assert "--chat-brand: #4b2a6b; --chat-brand-text: #ffffff; --chat-radius: 12px" in look
    assert part(good, "styles") == look
    assert "contrast below" not in good
    assert "have a contrast below 4.5" in shown(brand="#777777", brand_text="#ffffff")
    assert "--chat-radius: 16px" in shown(radius="99")


HOSTILE = (
    '"><script>alert(1)</script>', "javascript:alert(1)", "red;} body{display:none", "</style><b>",
    "https://a b", "https://x/\nSet-Cookie: a", "../../etc", "{nsh.phone}", "<!--forces-->",
    "-1", "\x00",
)  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_what_does_not_fit_is_told_and_is_nowhere_in_the_page(value):
    names = ("origin", "gateway", "folder", "brand", "brand_text", "radius", "force")
    clean = shown()
    document = shown(**dict.fromkeys(names, value))
    for name in names[:-1]:
        assert f"so its default is used: {embed.LABELS[name]}." in document
    assert STYLES.findall(document) == STYLES.findall(clean)
    assert re.sub(r'<p class="told">[^<]*</p>', "", document) == clean


@pytest.mark.parametrize("host", ['zz"><script>', "zz y", "zz';"])
def test_a_hostile_host_name_stays_text(host):
    document = embed.page(SCRIPT, {}, f"https://{host}/chat").html
    assert document.count("<script") == 1 and 'zz"' not in document


def test_only_this_page_may_send_a_form_and_only_to_us():
    policy = embed.page(SCRIPT, {}, HERE).headers["Content-Security-Policy"]
    assert "form-action 'self';" in policy and "frame-ancestors 'none'" in policy
    assert policy.count("sha256-") == 2 and "unsafe" not in policy


def test_the_command_prints_the_div_and_the_name(capsys):
    assert main(["snippet", "https://chat.example/chat/", "--div", "--name"]) == 0
    out = capsys.readouterr().out
    assert out.startswith('<div data-chat="https://chat.example/chat"')
    force = get_register().forces[get_settings().force]
    assert f'data-chat-force-name="{force.name}"' in out and assets.load().name in out
