"""Settings: defaults that work on a laptop, and bad values refused by name."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest

from bot.content.register import get_register
from bot.errors import OperatorError
from bot.secret_values import weakness
from bot.serving.worker import Worker
from bot.settings import PREFIX, ROOT, Settings, get_settings, variable

STRONG = "5a1c0be3f79d24886e5d13b0c7f4a92e"
OLDER = "a sentence of words that only these tests know"


def test_the_defaults():
    settings = get_settings()
    assert settings.force == "bedfordshire"
    assert settings.force in get_register().forces
    assert settings.host == "127.0.0.1", "only this machine"
    assert (settings.port, settings.action_port) == (5005, 5055)
    assert settings.reply_deadline == 4.5
    assert settings.origins == (), "no other website"
    assert settings.database_url == "sqlite:///chat.db"
    # Both numbers stand in the words of the chat: "half an hour", "never for more than a day".
    assert settings.conversation_minutes == 30
    assert Settings.model_json_schema()["properties"]["conversation_minutes"]["maximum"] == 24 * 60
    assert settings.state_folder.is_absolute()


def test_the_default_key_is_random_and_long():
    first = get_settings().secret_key
    get_settings.cache_clear()
    assert len(first) == 64
    assert get_settings().secret_key != first


def test_they_are_read_once(monkeypatch):
    before = get_settings()
    monkeypatch.setenv("CHAT_PORT", "6000")
    assert get_settings() is before


GOOD = [
    ("FORCE", "kent", "kent"),
    ("CONTENT", "data/forces/bedfordshire", ROOT / "data" / "forces" / "bedfordshire"),
    ("LEAST_STATUS", "signed_off", "signed_off"),
    ("HOST", "0.0.0.0", "0.0.0.0"),
    ("PORT", "8080", 8080),
    ("PORT", "1", 1),
    ("PORT", "65535", 65535),
    ("ACTION_PORT", "8081", 8081),
    ("PROCESSES", "4", 4),
    ("SECRET_KEY", STRONG, STRONG),
    ("REPLY_DEADLINE", "2.5", 2.5),
    ("BODY_DEADLINE", "3", 3.0),
    ("ORIGINS", "", ()),
    ("ORIGINS", "https://www.a.police.uk", ("https://www.a.police.uk",)),
    (
        "ORIGINS",
        " https://a.example:8443 ,http://localhost:8000, http://127.0.0.1",
        ("https://a.example:8443", "http://localhost:8000", "http://127.0.0.1"),
    ),
    (
        "ORIGINS",
        "https://a.example:443,https://B.example",
        ("https://a.example", "https://b.example"),
    ),
    ("CONVERSATION_RATE", "0", 0),
    ("ADDRESS_RATE", "600", 600),
    ("PROXIES", "1", 1),
    ("READY_SECONDS", "5", 5.0),
    ("REPLICAS", "6", 6),
    ("METRICS_HOST", "10.0.0.7", "10.0.0.7"),
    ("METRICS_PORT", "9100", 9100),
    ("METRICS_PORT", "0", 0),
    ("SMALL_COUNT", "10", 10),
    ("STATE", "/var/lib/chat", Path("/var/lib/chat")),
    ("REDIS_URL", "redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
    ("STORAGE_KEYS", "", ()),
    ("STORAGE_KEYS", f"{STRONG}, {OLDER}", (STRONG, OLDER)),
    ("CONVERSATION_MINUTES", "5", 5),
    ("DATABASE_URL", "postgresql://chat@db/chat", "postgresql://chat@db/chat"),
    ("SMTP_HOST", "mail.example", "mail.example"),
    ("SMTP_PORT", "465", 465),
    ("SMTP_FROM", "chat@force.example", "chat@force.example"),
]
# Hand-over: some only fit together. Each row is read with all of its set.
GOOD_TOGETHER = [
    {"HANDOVER_URL": "https://intake.force.example/chat?a=b", "HANDOVER_SECRET": STRONG},
    {"HANDOVER_URL": "http://127.0.0.1:8080/", "HANDOVER_SECRET": STRONG},
    {
        "HANDOVER_EMAIL": "front.desk+chat@force.example",
        "SMTP_HOST": "mail.example",
        "SMTP_FROM": "chat@force.example",
        "SMTP_USER": "chat",
        "SMTP_PASSWORD": "secret",
    },
]


@pytest.mark.parametrize(("name", "given", "expected"), GOOD)
def test_a_variable_is_read(monkeypatch, name, given, expected):
    monkeypatch.setenv(variable(name.lower()), given)
    assert getattr(get_settings(), name.lower()) == expected


@pytest.mark.parametrize("given", GOOD_TOGETHER)
def test_hand_over_is_on_when_it_is_set_up(monkeypatch, given):
    for name, value in given.items():
        monkeypatch.setenv(PREFIX + name, value)
    assert get_settings().handover
    assert all(getattr(get_settings(), name.lower()) == value for name, value in given.items())


# Each holds a secret, or may hold a password.
SECRET_FIELDS = {
    "secret_key": "zebra-1 of the settings, shown to nobody",
    "storage_keys": ("zebra-2" * 8,),
    "database_url": "postgresql://chat:zebra-3@127.0.0.1/chat",
    "redis_url": "redis://:zebra-4@127.0.0.1:6379/0",
    "handover_secret": "zebra-5 of the settings, shown to nobody",
    "smtp_password": "zebra-6",
}


def test_no_secret_is_shown_with_the_settings():
    settings = Settings(**SECRET_FIELDS)
    assert "zebra" not in repr(settings) and "zebra" not in str(settings)


def test_each_field_that_holds_a_secret_is_known_as_one():
    named = {name for name in Settings.model_fields if re.search("key|secret|password", name)}
    hidden = {name for name, field in Settings.model_fields.items() if not field.repr}
    assert named <= hidden == SECRET_FIELDS.keys()


def test_hand_over_is_off_by_default():
    assert not get_settings().handover


URL = {"HANDOVER_URL": "https://intake.force.example/chat"}
SECRET = {"HANDOVER_SECRET": STRONG}
EMAIL = {"HANDOVER_EMAIL": "desk@force.example"}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (URL, "CHAT_HANDOVER_URL needs CHAT_HANDOVER_SECRET"),
        ({**URL, **SECRET, **EMAIL}, "not both"),
        (EMAIL, "needs CHAT_SMTP_HOST and CHAT_SMTP_FROM"),
        ({**EMAIL, "SMTP_HOST": "mail.example"}, "needs CHAT_SMTP_HOST and CHAT_SMTP_FROM"),
        ({"SMTP_USER": "chat"}, "CHAT_SMTP_USER and CHAT_SMTP_PASSWORD"),
        ({"HANDOVER_SECRET": "short"}, "CHAT_HANDOVER_SECRET"),
        ({"HANDOVER_URL": "http://intake.force.example/", **SECRET}, "https://"),
        ({"HANDOVER_URL": "ftp://127.0.0.1/", **SECRET}, "https://"),
        ({"HANDOVER_URL": "intake.force.example", **SECRET}, "CHAT_HANDOVER_URL"),
        ({"HANDOVER_URL": "https://user:word@force.example/", **SECRET}, "CHAT_HANDOVER_URL"),
        ({"HANDOVER_EMAIL": "Desk <desk@force.example>"}, "CHAT_HANDOVER_EMAIL"),
        ({"HANDOVER_EMAIL": "a@b.example\nBcc: c@d.example"}, "CHAT_HANDOVER_EMAIL"),
    ],
)
def test_half_a_set_up_of_hand_over_stops_the_start(monkeypatch, given, complaint):
    for name, value in given.items():
        monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(OperatorError, match=complaint) as raised:
        get_settings()
    assert "user:word" not in str(raised.value) and STRONG not in str(raised.value)


def test_every_setting_is_covered_here():
    together = {name.lower() for given in GOOD_TOGETHER for name in given}
    assert {name.lower() for name, _, _ in GOOD} | together == set(Settings.model_fields)


BAD = [
    ("FORCE", "nowhere"),
    ("FORCE", ""),
    ("FORCE", "Bedfordshire"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PORT", "http"),
    ("PORT", ""),
    ("PORT", "80.5"),
    ("ACTION_PORT", "0"),
    ("ACTION_PORT", "no"),
    ("METRICS_PORT", "-1"),
    ("METRICS_PORT", "65536"),
    ("SMALL_COUNT", "4"),
    ("SMALL_COUNT", "few"),
    ("PROCESSES", "0"),
    ("REPLICAS", "0"),
    ("REPLICAS", "1001"),
    ("REPLICAS", "many"),
    ("SECRET_KEY", ""),
    ("SECRET_KEY", STRONG[:31]),
    ("REPLY_DEADLINE", "0"),
    ("REPLY_DEADLINE", "-3"),
    ("REPLY_DEADLINE", "soon"),
    ("REPLY_DEADLINE", "nan"),
    ("BODY_DEADLINE", "0"),
    ("ORIGINS", "*"),
    ("ORIGINS", "https://*.police.uk"),
    ("ORIGINS", "null"),
    ("ORIGINS", "www.a.police.uk"),
    ("ORIGINS", "http://www.a.police.uk"),
    ("ORIGINS", "https://www.a.police.uk/"),
    ("ORIGINS", "https://www.a.police.uk/chat"),
    ("ORIGINS", "https://user@a.example"),
    ("ORIGINS", "https://a.example:port"),
    ("ORIGINS", "https://a.example:99999"),
    ("ORIGINS", "https://"),
    ("ORIGINS", "ftp://a.example"),
    ("ORIGINS", "https://polisí.example"),
    ("ORIGINS", "https://a.example https://b.example"),
    ("ORIGINS", "https://a.example,https://b.example/x"),
    ("CONVERSATION_RATE", "-1"),
    ("CONVERSATION_RATE", "many"),
    ("ADDRESS_RATE", "-1"),
    ("PROXIES", "6"),
    ("PROXIES", "-1"),
    ("READY_SECONDS", "0"),
    ("STORAGE_KEYS", "short"),
    ("STORAGE_KEYS", f"{STRONG},short"),
    ("CONVERSATION_MINUTES", "0"),
    ("CONVERSATION_MINUTES", "1441"),
]


@pytest.mark.parametrize(("name", "given"), BAD)
def test_a_bad_value_is_refused_by_name(monkeypatch, name, given):
    monkeypatch.setenv(PREFIX + name, given)
    with pytest.raises(OperatorError, match=rf"\b{PREFIX}{name}\b"):
        get_settings()


@pytest.mark.parametrize(
    "url",
    [
        "redis://:S3cret/rest@127.0.0.1:6379/0",
        "redis://:S3cret#rest@127.0.0.1:6379/0",
        "127.0.0.1:6379",
        "http://127.0.0.1:6379",
    ],
)
def test_an_address_of_redis_that_cannot_be_read_is_refused_and_not_quoted(monkeypatch, url):
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(OperatorError, match=r"\bREDIS_URL\b") as refused:
        get_settings()
    assert "S3cret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["", "redis://127.0.0.1:6379/1", "rediss://:a%2Fb@r.example:6380/0"]
)
def test_an_address_of_redis(monkeypatch, url):
    monkeypatch.setenv("REDIS_URL", url)
    assert get_settings().redis_url == url


def test_all_bad_values_are_named_at_once(monkeypatch):
    monkeypatch.setenv("CHAT_PORT", "no")
    monkeypatch.setenv("CHAT_REPLY_DEADLINE", "no")
    with pytest.raises(OperatorError, match="CHAT_PORT.*CHAT_REPLY_DEADLINE"):
        get_settings()


@pytest.mark.parametrize("name", ["SECRET_KEY", "STORAGE_KEYS"])
def test_a_refused_key_is_not_shown(monkeypatch, name):
    monkeypatch.setenv(PREFIX + name, "geheim-4711")
    with pytest.raises(OperatorError) as refused:
        get_settings()
    assert "geheim" not in str(refused.value)


WEAK = [
    "a" * 32,
    "ab" * 16,
    "0123456789abcdef" * 4,
    "correct horse battery " * 2,
    "REPLACE-ME" * 4,
    "please change me before you go live",
    "replace_me_" + STRONG,
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabcdef",
]


@pytest.mark.parametrize("secret", WEAK)
@pytest.mark.parametrize("name", ["SECRET_KEY", "STORAGE_KEYS", "HANDOVER_SECRET"])
def test_a_secret_that_anybody_can_guess_is_refused_and_not_shown(monkeypatch, name, secret):
    monkeypatch.setenv(PREFIX + name, secret)
    with pytest.raises(OperatorError, match=rf"\b{PREFIX}{name}\b") as refused:
        get_settings()
    assert secret not in str(refused.value)


@pytest.mark.parametrize("make", [secrets.token_hex, secrets.token_urlsafe])
def test_no_random_secret_is_taken_for_a_weak_one(make):
    for _ in range(5_000):
        assert weakness(make(32)) is None
        assert weakness(make(24)[:32]) is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "postgresql://chat:PASSWORD@127.0.0.1/chat"),
        ("DATABASE_URL", "postgresql://chat:REPLACE-ME@127.0.0.1/chat"),
        ("REDIS_URL", "redis://:PASSWORD@127.0.0.1:6379/0"),
        ("CHAT_SMTP_PASSWORD", "REPLACE-ME"),
    ],
)
def test_a_password_of_the_example_is_refused(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(OperatorError, match=rf"\b{variable}\b.*example"):
        get_settings()


FILED = {
    "CHAT_SECRET_KEY": (STRONG, STRONG),
    "CHAT_STORAGE_KEYS": (f"{STRONG},{OLDER}", (STRONG, OLDER)),
    "CHAT_HANDOVER_SECRET": (OLDER, OLDER),
    "CHAT_SMTP_PASSWORD": (" with spaces ", " with spaces "),
    "DATABASE_URL": ("postgresql://chat:word@db/chat", "postgresql://chat:word@db/chat"),
    "REDIS_URL": ("redis://:word@db:6379/0", "redis://:word@db:6379/0"),
}


def value_of(name):
    """What the settings hold for a variable, whatever else hand-over and mail would need."""
    attribute = next(one for one in Settings.model_fields if variable(one) == name)
    return getattr(get_settings(), attribute)


def test_every_secret_can_come_from_a_file():
    assert FILED.keys() == {variable(name) for name in SECRET_FIELDS}


@pytest.mark.parametrize("how", ["file", "systemd"])
@pytest.mark.parametrize("name", FILED)
def test_a_secret_is_read_from_a_file(monkeypatch, tmp_path, name, how):
    written, expected = FILED[name]
    (tmp_path / name).write_text(f"{written}\n")
    if how == "file":
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    else:
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("CHAT_SMTP_USER", "chat" if "SMTP" in name else "")
    assert value_of(name) == expected


def test_a_weak_secret_in_a_file_is_refused(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("a" * 32)
    monkeypatch.setenv("CHAT_SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(OperatorError, match=r"\bCHAT_SECRET_KEY\b"):
        get_settings()


@pytest.mark.parametrize("content", [None, b"\xff" * 40, b"a" * 70_000])
def test_a_file_that_cannot_be_read_stops_the_start_and_is_not_quoted(
    monkeypatch, tmp_path, content
):
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("CHAT_STORAGE_KEYS_FILE", str(file))
    with pytest.raises(OperatorError, match="CHAT_STORAGE_KEYS_FILE.*cannot be read") as refused:
        get_settings()
    assert str(file) in str(refused.value) and "aaaa" not in str(refused.value)


def test_a_secret_that_is_given_twice_stops_the_start(monkeypatch, tmp_path):
    """Nobody could tell which of them counts."""
    (tmp_path / "CHAT_SECRET_KEY").write_text(STRONG)
    monkeypatch.setenv("CHAT_SECRET_KEY", OLDER)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(OperatorError, match="CHAT_SECRET_KEY and credential CHAT_SECRET_KEY"):
        get_settings()


def test_what_is_no_secret_has_no_file(monkeypatch, tmp_path):
    (tmp_path / "port").write_text("6000")
    monkeypatch.setenv("CHAT_PORT_FILE", str(tmp_path / "port"))
    assert get_settings().port == 5005


def test_a_secret_from_a_file_stays_out_of_the_environment_of_the_processes(monkeypatch, tmp_path):
    (tmp_path / "CHAT_SECRET_KEY").write_text(STRONG)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert STRONG not in Worker(get_settings(), 5005, [])._environment.values()
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    get_settings.cache_clear()
    made = get_settings()
    assert Worker(made, 5005, [])._environment["CHAT_SECRET_KEY"] == made.secret_key
