"""What deploy/container/ holds fits the bot, its settings and the files that it is made of."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot import stopping
from bot.gateway.http.routes import blueprint
from bot.serving.training import _INPUTS
from bot.serving.worker import START_SECONDS
from bot.settings import Settings, variable
from local_servers.shipped_nginx import load_stream
from release import archive
from tests.services.programs import need, need_stream

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
CONTAINER = DEPLOY / "container"
KUBERNETES = CONTAINER / "kubernetes"
CONTAINERFILE = (CONTAINER / "Containerfile").read_text()
COMPOSE = yaml.safe_load((CONTAINER / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
KUSTOMIZATION = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
MANIFESTS = [
    one
    for name in KUSTOMIZATION["resources"]
    for one in yaml.safe_load_all((KUBERNETES / name).read_text())
]
SETTINGS = {variable(name): name for name in Settings.model_fields}
SECRETS = {variable(name) for name, field in Settings.model_fields.items() if not field.repr}
# For deploy/container/front.py, which nginx's configuration comes from.
OF_THE_FRONT = {"SERVER_NAME", "BOT", "BOT_ANY"}
# Of PostgreSQL's image.
OF_THE_DATABASE = {"POSTGRES_PASSWORD_FILE"}


def manifest(kind, name):
    (found,) = [one for one in MANIFESTS if one["kind"] == kind and one["metadata"]["name"] == name]
    return found


def pod(name):
    return manifest("Deployment", name)["spec"]["template"]["spec"]


def containers(of):
    return [*of.get("initContainers", ()), *of["containers"]]


PODS = {name: pod(name) for name in ("bot", "nginx")}
(BOT,) = PODS["bot"]["containers"]
LITERALS = dict(
    line.split("=", 1)
    for generated in KUSTOMIZATION["configMapGenerator"]
    for line in generated["literals"]
)


def parsed(environment):
    """The settings as the bot would read them; each secret is in a file."""
    given = {SETTINGS[name]: str(value) for name, value in environment.items() if name in SETTINGS}
    assert not SECRETS & environment.keys(), "a secret that is no file"
    return Settings(**given)


def environments():
    for name, service in SERVICES.items():
        yield f"compose: {name}", service.get("environment", {})
    yield "kubernetes: settings", LITERALS
    for name, of in PODS.items():
        for one in containers(of):
            yield f"{name}: {one['name']}", {each["name"]: each for each in one.get("env", ())}


@pytest.mark.parametrize(("where", "environment"), list(environments()))
def test_each_variable_is_a_setting_or_names_the_file_of_a_secret(where, environment):
    known = SETTINGS.keys() - SECRETS | {f"{name}_FILE" for name in SECRETS}
    assert environment.keys() <= known | OF_THE_FRONT | OF_THE_DATABASE


def test_what_the_containerfile_sets_are_settings():
    assigned = re.search(r"^ENV (.*?)(?<!\\)$", CONTAINERFILE, re.MULTILINE | re.DOTALL)[1]
    names = set(re.findall(r"\b([A-Z_]+)=", assigned))
    assert {"CHAT_HOST", "CHAT_STATE"} <= names <= SETTINGS.keys() | {"PATH", "HOME"}


@pytest.mark.parametrize("environment", [SERVICES["bot"]["environment"], LITERALS])
def test_the_bot_gets_all_that_several_processes_share(environment):
    settings = parsed(environment)
    assert settings.processes > 1 or settings.replicas > 1
    assert settings.proxies == 1, "nginx stands in front"
    needed = ("CHAT_SECRET_KEY", "CHAT_STORAGE_KEYS", "DATABASE_URL", "REDIS_URL")
    assert {f"{name}_FILE" for name in needed} <= environment.keys()


def test_compose_mounts_each_secret_where_it_is_looked_for_and_none_is_in_the_file():
    used = set()
    for service in SERVICES.values():
        mounted = {
            one if isinstance(one, str) else one["source"] for one in service.get("secrets", ())
        }
        files = {
            value.removeprefix("/run/secrets/")
            for name, value in service.get("environment", {}).items()
            if name.endswith("_FILE")
        }
        assert files <= mounted
        used |= mounted
    assert used == COMPOSE["secrets"].keys()
    assert all(list(secret) == ["file"] for secret in COMPOSE["secrets"].values())


def test_kubernetes_mounts_the_secrets_where_they_are_looked_for():
    (mount,) = [one for one in BOT["volumeMounts"] if one["name"] == "secrets"]
    (volume,) = [one for one in PODS["bot"]["volumes"] if one["name"] == "secrets"]
    assert mount["readOnly"] and volume["secret"]["defaultMode"] & 0o007 == 0
    files = {name: value for name, value in LITERALS.items() if name.endswith("_FILE")}
    assert files and all(
        value == f"{mount['mountPath']}/{name.removesuffix('_FILE')}"
        for name, value in files.items()
    )
    assert not any(one["kind"] == "Secret" for one in MANIFESTS)
    assert "secretRef" not in str(MANIFESTS) and "secretKeyRef" not in str(MANIFESTS)


def images():
    yield from re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    for service in SERVICES.values():
        yield service["image"]
    for of in PODS.values():
        for one in containers(of):
            yield one["image"]
    for image in KUSTOMIZATION["images"]:
        yield f"{image['newName']}:{image['newTag']}"


@pytest.mark.parametrize("image", sorted(set(images())))
def test_each_image_has_a_version(image):
    tag = image.rpartition(":")[2]
    assert ":" in image and re.match(r"\d|\$\{PYTHON_VERSION\}-", tag), image
    assert "latest" not in image


def test_our_own_image_has_the_version_of_this_release():
    ours = {image for image in images() if "chat" in image.partition(":")[0]}
    assert {image.partition(":")[2] for image in ours} == {archive.version()}


def test_the_image_has_the_python_of_the_project_and_one_place_says_so():
    (version,) = re.findall(r"^ARG PYTHON_VERSION=(\S+)$", CONTAINERFILE, re.MULTILINE)
    assert version == (ROOT / ".python-version").read_text().strip()
    assert CONTAINERFILE.count(version) == 1
    bases = re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    assert len(bases) == 2 and set(bases) == {"python:${PYTHON_VERSION}-slim-trixie"}


def copied():
    """The files and folders that get into the image from the repository."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", CONTAINERFILE, re.MULTILINE)
    return [Path(name) for line in lines for name in line.split()[:-1]]


def is_copied(path):
    return any(path == one or one in path.parents for one in copied())


def tracked():
    need("git")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True)
    return [Path(line) for line in listed.stdout.decode().splitlines()]


def test_what_is_copied_exists_and_gets_past_the_list_of_what_is_ignored():
    assert all((ROOT / path).exists() for path in copied())
    lines = (CONTAINER / "Containerfile.dockerignore").read_text().splitlines()
    allowed = {Path(line[1:]) for line in lines if line.startswith("!")}
    assert "*" in lines and allowed == set(copied())


# What a release packs, that is all that is tracked (release/archive.py), and the bot does not need.
NOT_IN_THE_IMAGE = [
    ".*", "*.md", "Makefile", "benchmarks/*", "credentials.yml", "deploy/container/*",
    "deploy/environment.example", "deploy/nftables/*", "deploy/receiver/*", "deploy/redis/*",
    "deploy/siem/*", "deploy/systemd/*", "docs/*", "local_servers/*", "mkdocs.yml", "release/*",
    "requirements/*", "tests/*", "training/*", "widget/*",
]  # fmt: skip


def test_all_of_a_release_is_copied_but_what_the_bot_does_not_run_with():
    """A new folder has to be put into the image or on the list above."""
    left_out = [path for path in tracked() if not is_copied(path)]
    assert len(left_out) > 100
    unknown = [
        path
        for path in left_out
        if not any(fnmatch.fnmatch(path.as_posix(), pattern) for pattern in NOT_IN_THE_IMAGE)
    ]
    assert unknown == []
    # Rasa's channel for tests lets anybody be any sender.
    assert not is_copied(Path("credentials.yml")) and is_copied(Path("deploy/credentials.yml"))


def test_all_that_a_model_depends_on_is_copied_or_the_bot_would_look_for_another():
    inputs = [path.relative_to(ROOT) for pattern in _INPUTS for path in ROOT.glob(pattern)]
    inputs += [path.relative_to(ROOT) for path in (ROOT / "data/content").rglob("*.yml")]
    assert len(inputs) > 100 and all(map(is_copied, inputs))


LOADS = """
import sys
sys.path.insert(0, sys.argv[1])
import bot.cli, bot.serving.process, bot.gateway.http.routes
from bot.gateway.pages import assets
from bot.serving.training import fingerprint
from bot.settings import ROOT
assets.load()
print(ROOT, fingerprint())
"""


@pytest.mark.slow
def test_the_bot_finds_all_that_it_loads_in_what_is_copied(tmp_path):
    """With these files and no other its modules load, and it looks for the same model."""
    for path in filter(is_copied, tracked()):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, tmp_path / path)
    from bot.serving.training import fingerprint

    # The environment's own bot.pth leads here, so it is not read (-S), and the libraries are named.
    libraries = os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))
    script = LOADS.replace("import bot.cli", "from bot.rasa_adapters import interpreter\n"
                           "interpreter.prepare()\nimport bot.cli")  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-S", "-c", script, str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": libraries},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.split()[-2:] == [str(tmp_path), fingerprint()]


def test_the_image_installs_the_pinned_libraries_alone_and_prepares_python_as_make_does():
    assert "--require-hashes -r requirements/serving.txt" in CONTAINERFILE
    assert len(re.findall(r"\bpip .*\binstall\b", CONTAINERFILE)) == 1
    _, final = CONTAINERFILE.split("AS build", 1)[1].split("\nFROM ", 1)
    assert not re.search(r"apt-get|pip install|\bgcc\b", final) and "pip uninstall" in final
    line = r"printf ('%s\\n.*?\\n') "
    ours, makes = (
        re.search(line, text)[1] for text in (CONTAINERFILE, (ROOT / "Makefile").read_text())
    )
    assert ours == makes


def test_nobody_is_root_and_nothing_is_written_but_where_it_is_named():
    user = re.search(r"^USER (\d+):\d+$", CONTAINERFILE, re.MULTILINE)
    assert int(user[1]) > 0
    for name, service in SERVICES.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"] == service["memswap_limit"] and service["pids_limit"], name
        assert service["ulimits"]["core"] == 0, "no dump of what people type"
        assert service["image"].startswith("chat:") or not service["user"].startswith("0"), name
    for name, of in PODS.items():
        context = of["securityContext"]
        assert context["runAsNonRoot"] and context["runAsUser"] > 0, name
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert of["automountServiceAccountToken"] is False, name
        assert of["enableServiceLinks"] is False, "it would set CHAT_PORT for a Service `chat`"
        for one in containers(of):
            least = one["securityContext"]
            assert least["readOnlyRootFilesystem"] and not least["allowPrivilegeEscalation"]
            assert least["capabilities"] == {"drop": ["ALL"]}
            assert one["resources"]["limits"]["memory"] and one["resources"]["requests"]["cpu"]


def test_only_what_has_to_meet_shares_a_network():
    shared = {
        name: set(service["networks"])
        for name, service in SERVICES.items()
        if "networks" in service
    }
    assert not shared["nginx"] & (shared["database"] | shared["redis"])
    assert [name for name in shared if "outside" in shared[name]] == ["nginx"]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    inner = [name for name, network in COMPOSE["networks"].items() if network.get("internal")]
    assert sorted(inner) == ["back", "front"]


def routes():
    """The addresses of the gateway that a probe may ask."""
    gateway = blueprint(lambda message: None)
    return {f"/chat{route.uri}" for route in gateway._future_routes if "GET" in route.methods}


def test_probes_ask_what_exists_and_nothing_ends_a_bot_that_is_not_ready():
    """It still answers with 999. Not ready only means that others are asked first."""
    asked = {
        kind: BOT[kind]["httpGet"]["path"]
        for kind in ("startupProbe", "readinessProbe", "livenessProbe")
    }
    assert asked == {
        "startupProbe": "/chat/health",
        "readinessProbe": "/chat/ready",
        "livenessProbe": "/chat/health",
    }
    health = re.search(r"^HEALTHCHECK .*?'GET', '([^']+)'", CONTAINERFILE, re.M | re.S)[1]
    assert health == "/chat/health"
    assert {*asked.values(), health} <= routes()
    start = BOT["startupProbe"]
    assert start["periodSeconds"] * start["failureThreshold"] >= START_SECONDS
    ports = {port["name"] for one in containers(PODS["nginx"]) for port in one.get("ports", ())}
    (nginx,) = PODS["nginx"]["containers"]
    assert {
        nginx[kind]["tcpSocket"]["port"] for kind in ("readinessProbe", "livenessProbe")
    } <= ports


def test_nginx_asks_the_ready_pods_first_and_all_of_them_when_none_is():
    ready, every = manifest("Service", "bot")["spec"], manifest("Service", "bot-any")["spec"]
    assert not ready.get("publishNotReadyAddresses") and every["publishNotReadyAddresses"]
    (words,) = [one for one in PODS["nginx"]["initContainers"] if one["name"] == "words"]
    environment = {each["name"]: each.get("value") for each in words["env"]}
    port = Settings.model_fields["port"].default
    assert environment["BOT"] == f"bot:{port}" and environment["BOT_ANY"] == f"bot-any:{port}"
    assert [one["port"] for one in (*ready["ports"], *every["ports"])] == [port, port]


def test_the_ports_of_compose_are_those_of_the_processes():
    bot = SERVICES["bot"]
    settings, address = parsed(bot["environment"]), bot["networks"]["front"]["ipv4_address"]
    named = SERVICES["words"]["environment"]["BOT"].split()
    ports = range(settings.port, settings.port + settings.processes)
    assert named == [f"{address}:{port}" for port in ports]
    assert f"EXPOSE {settings.port}" in CONTAINERFILE


def test_the_ports_of_kubernetes_are_those_of_the_settings():
    settings = parsed(LITERALS)
    ports = {port["name"]: port["containerPort"] for port in BOT["ports"]}
    assert ports == {"chat": settings.port, "metrics": settings.metrics_port}
    assert settings.metrics_host == "0.0.0.0"  # noqa: S104 - its policy is looked at below
    policy = manifest("NetworkPolicy", "bot")["spec"]
    allowed = {rule["ports"][0]["port"]: rule["from"] for rule in policy["ingress"]}
    assert allowed.keys() == {settings.port, settings.metrics_port}
    assert allowed[settings.port] == [
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "nginx"}}}
    ]
    assert "namespaceSelector" in allowed[settings.metrics_port][0]
    (out,) = manifest("NetworkPolicy", "nginx")["spec"]["egress"]
    assert out["ports"][0]["port"] == settings.port


def test_nothing_else_is_let_through():
    nothing = manifest("NetworkPolicy", "nothing")["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    rules = [
        rule
        for one in MANIFESTS
        if one["kind"] == "NetworkPolicy"
        for rule in (*one["spec"].get("ingress", ()), *one["spec"].get("egress", ()))
    ]
    assert all(rule.get("ports") for rule in rules)
    from_anywhere = [rule for rule in rules if not rule.get("from") and not rule.get("to")]
    assert [[port["port"] for port in rule["ports"]] for rule in from_anywhere] == [[443, 80]]


def test_kubernetes_starts_no_more_pods_than_the_bot_was_told_of():
    scaler = manifest("HorizontalPodAutoscaler", "bot")["spec"]
    rolling = manifest("Deployment", "bot")["spec"]["strategy"]["rollingUpdate"]
    assert scaler["maxReplicas"] + rolling["maxSurge"] == parsed(LITERALS).replicas
    assert scaler["minReplicas"] > manifest("PodDisruptionBudget", "bot")["spec"]["minAvailable"]
    assert rolling["maxUnavailable"] == 0


def test_selectors_find_the_pods():
    labels = {
        name: manifest("Deployment", name)["spec"]["template"]["metadata"]["labels"]
        for name in PODS
    }
    for name, of in labels.items():
        assert manifest("Deployment", name)["spec"]["selector"]["matchLabels"] == of
        assert manifest("Service", name)["spec"]["selector"] == of
        assert manifest("PodDisruptionBudget", name)["spec"]["selector"]["matchLabels"] == of
        assert manifest("NetworkPolicy", name)["spec"]["podSelector"]["matchLabels"] == of
        spread = PODS[name]["topologySpreadConstraints"]
        assert all(one["labelSelector"]["matchLabels"] == of for one in spread) and spread


def test_a_stop_has_the_time_it_needs():
    needed = stopping.in_all(Settings())
    pause = int(BOT["lifecycle"]["preStop"]["exec"]["command"][1])
    assert PODS["bot"]["terminationGracePeriodSeconds"] > needed + pause
    assert int(SERVICES["bot"]["stop_grace_period"].removesuffix("s")) > needed


def front(folder, **environment):
    done = subprocess.run(
        [sys.executable, str(CONTAINER / "front.py"), str(folder)],
        capture_output=True, text=True, env={**os.environ, **environment},
    )  # fmt: skip
    return done.returncode, done.stderr


HERE = {"SERVER_NAME": "chat.force.example", "BOT": "127.0.0.1:7001 127.0.0.1:7002"}


def differing(folder):
    """Lines of the configuration that are not as shipped, by file."""
    found = {}
    for file in (DEPLOY / "nginx").glob("*.conf"):
        shipped = file.read_text().splitlines()
        lines = [
            line for line in (folder / file.name).read_text().splitlines() if line not in shipped
        ]
        if lines:
            found[file.name] = [line.strip() for line in lines]
    return found


def test_nginx_in_a_container_has_the_shipped_files_but_for_names_and_places(tmp_path):
    origins = {"CHAT_ORIGINS": "https://www.a.example,https://b.example:8443"}
    code, said = front(tmp_path, **HERE, **origins, BOT_ANY="any:7003")
    assert code == 0, said
    changed = differing(tmp_path)
    comment, *lines = changed["nginx.conf"]
    assert comment.startswith("#")
    assert lines == [
        "worker_processes 2;",
        "server 127.0.0.1:7001 max_fails=2 fail_timeout=5s;",
        "server 127.0.0.1:7002 max_fails=2 fail_timeout=5s;",
        "server any:7003 max_fails=0 backup;",
        "server_name chat.force.example;",
        f"set $chat_static {tmp_path}/static;",
        "server_name chat.force.example;",
    ]
    assert changed["chat-map.conf"] == [
        '"https://www.a.example" $http_origin;',
        '"https://b.example:8443" $http_origin;',
    ]
    assert changed.keys() == {"nginx.conf", "chat-map.conf"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"SERVER_NAME": ""},
        {"SERVER_NAME": "chat.example; return 200"},
        {"BOT": "bot"},
        {"BOT": "bot:5005; }"},
        {"BOT_ANY": "bot:5005 nowhere"},
        {"CHAT_ORIGINS": '"; }'},
    ],
)
def test_what_is_no_name_does_not_get_into_the_configuration(tmp_path, wrong):
    code, said = front(tmp_path / "to", **{**HERE, **wrong})
    assert code and "Traceback" not in said, said
    assert not (tmp_path / "to" / "nginx.conf").exists()


def test_nginx_accepts_its_files_for_containers(tmp_path):
    """With this machine's paths for the certificate and the number of its process, and no other."""
    need_stream()
    assert front(tmp_path, **HERE)[0] == 0
    key, certificate = tmp_path / "KEY.pem", tmp_path / "CERTIFICATE.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
               "/CN=chat.force.example", "-keyout", str(key), "-out", str(certificate)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    config = tmp_path / "nginx.conf"
    text = config.read_text()
    for found, here in (
        ("/etc/nginx/tls", str(tmp_path)),
        ("/run/nginx.pid", f"{tmp_path}/pid"),
        ("/var/log/nginx", str(tmp_path)),
        ("include /etc/nginx/modules-enabled/*.conf;", load_stream()),
    ):
        assert found in text
        text = text.replace(found, here)
    config.write_text(text)
    command = ["nginx", "-t", "-c", str(config), "-e", str(tmp_path / "log")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_runs_before_nginx_writes_its_files_and_its_words(tmp_path):
    command = SERVICES["words"]["command"][2].replace("/srv/front", str(tmp_path / "front"))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, **HERE, "PATH": path}
    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    words = {file.name for file in (tmp_path / "front/static").iterdir()}
    assert words == {"help.html", "safe_reply.json", "too_large.json"}
    files = {file.name for file in (DEPLOY / "nginx").iterdir()}
    assert {file.name for file in (tmp_path / "front").iterdir()} == files | {"static"}


def test_what_reads_nginxs_files_mounts_them_where_they_are_written():
    (words,) = [one for one in PODS["nginx"]["initContainers"] if one["name"] == "words"]
    (nginx,) = PODS["nginx"]["containers"]
    folder = re.search(r"front\.py (\S+)$", words["args"][0])[1]
    assert nginx["command"][2] == SERVICES["nginx"]["entrypoint"][2] == f"{folder}/nginx.conf"
    assert {"name": "front", "mountPath": folder, "readOnly": True} in nginx["volumeMounts"]
    assert f"words:{folder}:ro" in SERVICES["nginx"]["volumes"]
    assert SERVICES["words"]["command"][2] == words["args"][0]
    assert f"install -d -o 10001 -g 10001 {folder}\n" in CONTAINERFILE, "or nobody may write there"


def test_the_files_that_compose_mounts_exist():
    mounted = [
        one.split(":")[0] for service in SERVICES.values() for one in service.get("volumes", ())
    ]
    files = [one for one in mounted if one.startswith(".")]
    assert len(files) == 2 and all((CONTAINER / one).is_file() for one in files)
    assert {one for one in mounted if not one.startswith(".")} == COMPOSE["volumes"].keys()


def test_compose_itself_accepts_the_file():
    if shutil.which("docker-compose") is None:
        pytest.skip("docker-compose is not installed")
    command = [
        "docker-compose",
        "-f",
        str(CONTAINER / "compose.yaml"),
        "config",
        "--format",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["services"].keys() == SERVICES.keys()


def test_kustomize_accepts_the_base_and_puts_the_settings_where_they_are_read():
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    command = ["kubectl", "kustomize", str(KUBERNETES)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = list(yaml.safe_load_all(done.stdout))
    (settings,) = [one for one in made if one["kind"] == "ConfigMap"]
    assert settings["data"] == LITERALS
    (bot,) = [
        one for one in made if one["kind"] == "Deployment" and one["metadata"]["name"] == "bot"
    ]
    (one,) = bot["spec"]["template"]["spec"]["containers"]
    assert one["envFrom"][0]["configMapRef"]["name"] == settings["metadata"]["name"]


def test_the_database_of_compose_keeps_no_statement_in_its_log():
    needed = re.findall(r"^ +(ALTER ROLE .*)$", (ROOT / "docs/deployment.md").read_text(), re.M)
    script = (CONTAINER / "database.sql").read_text().splitlines()
    assert len(needed) == 3 and set(needed) <= set(script)
