"""The stand-alone page's files: filled in, escaped, and nothing from elsewhere."""

from __future__ import annotations

import dataclasses
import html
import re
from html.parser import HTMLParser

import pytest

from bot.channel import page, safe_reply
from bot.content.register import get_register

EXIT_HOST = "www.bbc.co.uk"
ADDRESS = re.compile(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
VOID = {"meta", "link", "br", "input", "img", "hr"}


class Document(HTMLParser):
    """The tags with their attributes, and the text inside script and style elements."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.inside = []
        self.raw = ""
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.inside, f"not closed: {self.inside}"

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag

    def handle_data(self, data):
        if self.inside and self.inside[-1] in ("script", "style"):
            self.raw += data
        else:
            self.text += data

    def with_id(self, name):
        return next(attributes for _, attributes in self.tags if attributes.get("id") == name)


@pytest.fixture(autouse=True)
def unread():
    page.read.cache_clear()
    yield
    page.read.cache_clear()


def text_of(name):
    return page.read(name)[0].decode()


@pytest.fixture
def document():
    return Document(text_of(""))


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
    ],
)
def test_each_file_has_its_type(name, content_type):
    body, found = page.read(name)
    assert body
    assert found == content_type


@pytest.mark.parametrize("name", ["page.html", "../page.html", "__init__.py", "/etc/passwd"])
def test_nothing_else_is_served(name):
    with pytest.raises(KeyError):
        page.read(name)


def test_no_placeholder_is_left():
    text = text_of("")
    assert not re.search(r"\{[a-z_]+[./]", text)


def test_the_words_are_those_of_the_register(document):
    attributes = dict(document.tags)["body"]
    for name in ("waiting", "failed", "unreachable", "you", "bot"):
        assert attributes[f"data-{name}"] == " ".join(safe_reply.bubbles(f"page/{name}"))
    for name in ("emergency", "leave", "no_script", "message", "send", "hint", "end"):
        assert " ".join(safe_reply.bubbles(f"page/{name}")) in document.text


def test_every_word_of_the_page_is_used():
    source = (page.Path(page.__file__).parent / "page.html").read_text(encoding="utf-8")
    used = set(re.findall(r"\{(page/[a-z_]+)\}", source))
    known = {reply_id for reply_id, _ in get_register().replies if reply_id.startswith("page/")}
    assert used == known


def test_words_are_escaped(monkeypatch):
    hostile = """</p><script>alert("1")</script>' onload='x & y"""
    register = get_register()
    replies = {
        key: reply.model_copy(update={"bubbles": {"en": (hostile,)}})
        if key[0].startswith("page/")
        else reply
        for key, reply in register.replies.items()
    }
    changed = dataclasses.replace(register, replies=replies)
    clean = Document(text_of(""))
    page.read.cache_clear()
    monkeypatch.setattr(safe_reply, "get_register", lambda: changed)
    text = text_of("")
    assert hostile not in text
    assert html.escape(hostile) in text
    document = Document(text)
    assert [tag for tag, _ in document.tags] == [tag for tag, _ in clean.tags]
    assert [set(a) for _, a in document.tags] == [set(a) for _, a in clean.tags]


def test_no_script_or_style_stands_in_the_page(document):
    assert document.raw.strip() == ""
    assert "style" not in [tag for tag, _ in document.tags]
    for tag, attributes in document.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert not [v for v in attributes.values() if (v or "").startswith("javascript:")], tag
    scripts = [attributes for tag, attributes in document.tags if tag == "script"]
    assert [script["src"] for script in scripts] == ["page.js"]


def test_the_script_needs_no_markup_and_no_evaluation():
    script = text_of("page.js")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert forbidden not in script
    assert not re.search(r"\b(?:localStorage|sessionStorage|indexedDB|cookie)\b", script)


def test_the_exit_link_is_the_only_address_elsewhere(document):
    assert ADDRESS.findall(text_of("")) == [EXIT_HOST]
    assert document.with_id("exit")["href"].startswith(f"https://{EXIT_HOST}/")
    for name in ("page.css", "page.js"):
        assert ADDRESS.findall(text_of(name)) == []
    assert "url(" not in text_of("page.css")
    assert "@import" not in text_of("page.css")


def test_its_own_files_are_addressed_beside_it(document):
    own = [a.get("src") or a.get("href") for tag, a in document.tags if tag in ("script", "link")]
    assert sorted(own) == ["page.css", "page.js"]
    assert set(own) < set(page.FILES)


def test_the_script_finds_every_element_it_looks_for(document):
    for name in re.findall(r'getElementById\("([a-z]+)"\)', text_of("page.js")):
        document.with_id(name)
    attributes = dict(document.tags)["body"]
    for name in re.findall(r"words\.([a-z]+)", text_of("page.js")):
        assert f"data-{name}" in attributes


def test_the_page_sends_no_referrer_and_is_not_found_by_searching(document):
    metas = {a.get("name"): a.get("content") for tag, a in document.tags if tag == "meta"}
    assert metas["referrer"] == "no-referrer"
    assert metas["robots"] == "noindex"
    assert {"noreferrer", "noopener"} <= set(document.with_id("exit")["rel"].split())
    assert "stalk" not in text_of("").split("</head>")[0].lower()


def test_the_field_is_labelled_and_nothing_typed_is_kept(document):
    labels = [a["for"] for tag, a in document.tags if tag == "label"]
    assert labels == ["message"]
    field = document.with_id("message")
    assert field["autocomplete"] == "off"
    assert field["spellcheck"] == "false"
    assert dict(document.tags)["html"]["lang"].startswith("en")
