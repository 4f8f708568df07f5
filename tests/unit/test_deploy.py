"""What deploy/ holds is accepted by the programs that it is for."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import AuthenticationError
from redis.retry import Retry

from bot import stopping
from bot.errors import OperatorError
from bot.settings import Settings, get_settings, variable
from local_servers import nginx
from local_servers.ports import free_port
from local_servers.redis import RULES, fitted
from tests.services.programs import need

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "5a1c0be3f79d24886e5d13b0c7f4a92e"
DEPLOY = ROOT / "deploy"


# Nothing is started: it gets the signal while it waits, and says when it leaves the block.
STOPPED = """
import contextlib, os, types
from local_servers import machine

@contextlib.contextmanager
def running(*given):
    process = types.SimpleNamespace(wait=lambda: os.kill(os.getpid(), {number}))
    try:
        yield types.SimpleNamespace(url="", folder="", process=process)
    finally:
        print("All is thrown away.")

machine.running = running
machine.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_servers_for_tests_end_however_they_are_stopped(number):
    script = STOPPED.format(number=int(number))
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "All is thrown away." in done.stdout and "Stopping." in done.stdout, done.stderr


def example_environment():
    lines = (DEPLOY / "environment.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


# What its user is to fill in.
SECRETS = ("CHAT_SECRET_KEY", "CHAT_STORAGE_KEYS")


def test_the_example_environment_names_settings_that_exist_and_fit():
    example = {
        name: value.replace("PASSWORD", "word") for name, value in example_environment().items()
    }
    given = example | dict.fromkeys(SECRETS, PASSWORD)
    names = {variable(name): name for name in Settings.model_fields}
    assert given.keys() <= names.keys()
    settings = Settings(**{names[key]: value for key, value in given.items()})
    assert settings.processes > 1 and settings.redis_url and settings.proxies == 1
    assert settings.host == "127.0.0.1", "only nginx is reachable from outside"


def test_the_example_environment_as_it_stands_is_refused(monkeypatch):
    """Keys that everybody can read in the repository would protect nobody."""
    for name, value in example_environment().items():
        monkeypatch.setenv(name, value)
    with pytest.raises(OperatorError) as refused:
        get_settings()
    assert all(name in str(refused.value) for name in SECRETS)


def test_who_has_an_older_nginx_is_told_what_it_does_not_know():
    config = (DEPLOY / "nginx/nginx.conf").read_text()
    assert re.search(r"# .*1\.25\.1.*\n +http2 on;", config)
    assert "1.25.1" in (ROOT / "docs/deployment.md").read_text()


def test_no_server_of_nginx_keeps_a_line_about_anybody():
    quiet = ("access_log off;", "error_log /dev/null emerg;")
    # Also where the rules for the chat stand in somebody's own configuration.
    rules = (DEPLOY / "nginx/chat-locations.conf").read_text()
    assert all(line in rules for line in quiet)
    config = (DEPLOY / "nginx/nginx.conf").read_text()
    for part in ("http", "stream"):
        inside = re.search(rf"^{part} {{\n(.*?)^}}", config, re.M | re.S)[1]
        above, *servers = inside.split("    server {\n")
        assert len(servers) > 1 and all(line in above for line in quiet), part
        assert not any("_log " in server for server in servers), part


def test_what_one_process_of_nginx_learns_all_of_them_know():
    upstream = re.search(r"upstream chat {.*?}", (DEPLOY / "nginx/nginx.conf").read_text(), re.S)
    assert re.search(r"^\s*zone chat \d+k;", upstream[0], re.MULTILINE)


def test_nginx_may_open_what_all_its_connections_need():
    """Each has a socket; with twice as many there is room for what it reads and listens on."""
    config = (DEPLOY / "nginx/nginx.conf").read_text()
    files = int(re.search(r"^worker_rlimit_nofile (\d+);", config, re.MULTILINE)[1])
    connections = int(re.search(r"^\s*worker_connections (\d+);", config, re.MULTILINE)[1])
    assert files >= 2 * connections


def test_one_address_takes_an_eighth_of_nginx_at_most_and_nobody_is_refused_too_early():
    config = (DEPLOY / "nginx/nginx.conf").read_text()
    limits = (DEPLOY / "nginx/chat-limits.conf").read_text()
    rules = (DEPLOY / "nginx/chat-locations.conf").read_text()

    def number(pattern, text):
        return int(re.search(pattern, text)[1])

    lines = number(r"limit_conn chat_lines (\d+);", config)
    # In `stream` on both sides, in `http`, and one for the bot; two of nginx's processes.
    assert 8 * 4 * lines <= 2 * number(r"worker_connections (\d+);", config)
    at_once = number(r"zone=chat_messages burst=(\d+)", rules)
    rate = number(r"zone=chat_messages:\d+m rate=(\d+)r/s", limits)
    kept = number(r"keepalive_timeout (\d+)s;", rules)
    assert lines >= at_once + rate * kept
    assert number(r"proxy_timeout (\d+)s;", config) > kept


def test_the_kernel_has_the_numbers_of_nginx():
    config = (DEPLOY / "nginx/nginx.conf").read_text()
    kernel = (DEPLOY / "nftables/chat.nft").read_text()
    for port, zone in ((443, "chat_lines"), (80, "plain_lines")):
        lines = re.search(rf"limit_conn {zone} (\d+);", config)[1]
        assert re.findall(rf"tcp dport {port} add .* over (\d+) ", kernel) == [lines] * 2


def test_nginx_and_the_example_environment_agree_on_the_ports():
    config = (DEPLOY / "nginx" / "nginx.conf").read_text()
    how = r"max_fails=(?:2 fail_timeout=5s|0 (backup));"
    listed = re.findall(rf"server 127.0.0.1:(\d+) {how}", config)
    lines = (DEPLOY / "environment.example").read_text()
    port = int(re.search(r"^CHAT_PORT=(\d+)", lines, re.MULTILINE)[1])
    processes = int(re.search(r"^CHAT_PROCESSES=(\d+)", lines, re.MULTILINE)[1])
    for how in ("", "backup"):
        ports = [int(number) for number, as_what in listed if as_what == how]
        assert ports == list(range(port, port + processes)), how or "first"


def test_the_nginx_of_tests_has_the_rules_of_production_for_any_number_of_processes(tmp_path):
    production = (DEPLOY / "nginx/nginx.conf").read_text()
    for ports in ([7001], [7001, 7002, 7003]):
        config = nginx.fitted(tmp_path, 7000, ports)
        for how in ("max_fails=2 fail_timeout=5s;", "max_fails=0 backup;"):
            listed = re.findall(rf"server 127\.0\.0\.1:(\d+) {how}", config)
            assert [int(number) for number in listed] == ports
        assert config.count("server 127.0.0.1:") == 2 * len(ports)
        for rule in (r"zone chat .*", "least_conn;", "worker_rlimit_nofile .*", r"backlog=\d+"):
            assert re.search(rule, config)[0] == re.search(rule, production)[0]


def test_the_unit_gives_a_stop_the_time_it_needs():
    unit = (DEPLOY / "systemd" / "chat.service").read_text()
    seconds = int(re.search(r"^TimeoutStopSec=(\d+)", unit, re.MULTILINE)[1])
    assert seconds > stopping.in_all(Settings())
    assert "KillMode=mixed" in unit, "the supervisor stops its processes itself"
    assert "OOMPolicy=continue" in unit, "one that is ended for want of memory ends no other"


def test_the_unit_leaves_little_to_whoever_takes_a_process_over():
    """As systemd counts it, from 0 to 10: 1.1 with version 257, and 4.3 before."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    unit = DEPLOY / "systemd" / "chat.service"
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def unit_lines():
    """Name and value of each line, with those that are only suggested."""
    text = (DEPLOY / "systemd" / "chat.service").read_text()
    return re.findall(r"^(#?\w+)=(.*)$", text, re.MULTILINE)


def test_the_unit_bounds_what_the_bot_takes_of_the_machine():
    lines = dict(unit_lines())
    assert 0 < int(lines["MemoryMax"].removesuffix("%")) < 100, "others need some too"
    assert int(lines["TasksMax"]) >= 64 * 30, "all processes that CHAT_PROCESSES allows"


def test_the_unit_hides_nothing_that_the_encoder_reads():
    """Without /proc/cpuinfo it ends the process."""
    assert "ProcSubset" not in dict(unit_lines())


def test_the_unit_suggests_credentials_that_the_settings_read():
    named = [value.split(":")[0] for name, value in unit_lines() if name == "#LoadCredential"]
    hidden = {variable(name) for name, field in Settings.model_fields.items() if not field.repr}
    assert len(named) >= 4 and set(named) <= hidden


def test_a_python_that_is_fetched_is_where_the_unit_sees_it():
    """It hides the homes, where uv would put one."""
    need("make")
    assert "ProtectHome=yes" in (DEPLOY / "systemd" / "chat.service").read_text()
    told = "told: ; @echo $$UV_PYTHON_INSTALL_DIR"
    command = ["make", "--no-print-directory", "--eval", told, "told"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    folder = Path(done.stdout.strip())
    assert folder == ROOT / ".python"
    assert f"{folder.name}/" in (ROOT / ".gitignore").read_text().splitlines()
    clean = ["make", "--dry-run", "clean"]
    done = subprocess.run(clean, cwd=ROOT, capture_output=True, text=True, check=True)
    assert folder.name in done.stdout.split()


def test_nginx_waits_longer_than_the_bot_and_less_than_five_seconds():
    rules = (DEPLOY / "nginx" / "chat-locations.conf").read_text()
    seconds = int(re.search(r"proxy_read_timeout (\d+)ms;", rules)[1]) / 1_000
    assert Settings.model_fields["reply_deadline"].default < seconds < 5


@contextmanager
def redis_with(folder, text):
    """A Redis of these rules behind settings of its own that say the opposite."""
    need("redis-server")
    port, rules = free_port(), folder / "chat.conf"
    rules.write_text(text)
    config = folder / "redis.conf"
    config.write_text(f"port {port}\ndir {folder}\nsave 1 1\nappendonly yes\ninclude {rules}\n")
    server = subprocess.Popen(["redis-server", str(config)], stdout=subprocess.DEVNULL)
    try:
        yield port, server
    finally:
        server.terminate()
        server.wait(120)


def test_redis_saves_nothing_and_asks_for_a_password_whatever_its_own_settings_are(tmp_path):
    """A Redis that cannot save takes no lease: a full disk would switch the lock off."""
    with redis_with(tmp_path, fitted(PASSWORD)) as (port, _):
        retry = Retry(ConstantBackoff(0.05), 200)
        client = Redis(port=port, password=PASSWORD, retry=retry)
        assert client.config_get("save", "appendonly", "bind") == {
            "save": "", "appendonly": "no", "bind": "127.0.0.1",
        }  # fmt: skip
        with pytest.raises(AuthenticationError):
            Redis(port=port).ping()


def test_redis_does_not_start_without_the_file_of_its_password(tmp_path):
    missing = f"include {tmp_path}/chat-password.conf"
    text = re.sub(r"^include .*chat-password\.conf$", missing, RULES.read_text(), flags=re.M)
    assert missing in text
    with redis_with(tmp_path, text) as (_, server):
        assert server.wait(120) != 0


def test_production_credentials_open_the_gateway_only():
    production = yaml.safe_load((DEPLOY / "credentials.yml").read_text())
    assert list(production) == ["bot.gateway.rasa_channel.ChatInput"]


def test_the_unit_cannot_write_its_models_or_its_code():
    unit = (DEPLOY / "systemd" / "chat.service").read_text()
    assert "ProtectSystem=strict" in unit
    writable = re.findall(r"^(?:ReadWritePaths|BindPaths)=-?(.*)$", unit, re.MULTILINE)
    assert writable == ["/opt/chat/models/logs"]
