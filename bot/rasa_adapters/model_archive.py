"""Opens a model archive only when it is the one that was trained, and holds what a model holds.

Rasa unpacks whatever it is given. Its guard, `tarsafe`, compares names with the folder that the
process was started in and not with the one that it unpacks to, so `/opt/chat/x`, or `../x` in a
process started in `/`, is written where it says. Then Rasa imports any class that `metadata.json`
names and calls it.

So the digest beside the archive is compared before anything is read, each member has to stay in the
folder, and each class has to be one that `config.yml` names or that Rasa adds to every model.
`interpreter.prepare` sees to it that `guard` is called in every process, so this also holds for the
plain `rasa` commands, and an archive that Rasa has trained gets its digest.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import shutil
import tarfile
from collections.abc import Iterator
from functools import wraps
from pathlib import Path, PurePosixPath
from typing import IO, Any

import yaml

from bot import security_events
from bot.errors import OperatorError

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_METADATA = "metadata.json"
# Bytes that may come out of an archive; ours holds a twentieth of that.
_MOST_BYTES = 1_000_000_000
# A metadata file larger than this is none. It holds the domain with all its responses.
_MOST_METADATA = 50_000_000
_CONSTRUCTORS = ("create", "load")
_PROVIDERS = "rasa.graph_components.providers"
# What Rasa puts into the graph of every model by itself (rasa/engine/recipes/default_recipe.py).
RASAS_OWN = frozenset(
    {
        "rasa.core.featurizers.precomputation.CoreFeaturizationCollector",
        "rasa.core.featurizers.precomputation.CoreFeaturizationInputConverter",
        "rasa.core.policies.ensemble.DefaultPolicyPredictionEnsemble",
        "rasa.graph_components.converters.nlu_message_converter.NLUMessageConverter",
        f"{_PROVIDERS}.domain_for_core_training_provider.DomainForCoreTrainingProvider",
        f"{_PROVIDERS}.domain_provider.DomainProvider",
        f"{_PROVIDERS}.forms_provider.FormsProvider",
        f"{_PROVIDERS}.nlu_training_data_provider.NLUTrainingDataProvider",
        f"{_PROVIDERS}.responses_provider.ResponsesProvider",
        f"{_PROVIDERS}.rule_only_provider.RuleOnlyDataProvider",
        f"{_PROVIDERS}.story_graph_provider.StoryGraphProvider",
        f"{_PROVIDERS}.training_tracker_provider.TrainingTrackerProvider",
        "rasa.graph_components.validators.default_recipe_validator.DefaultV1RecipeValidator",
        "rasa.graph_components.validators.finetuning_validator.FinetuningValidator",
        "rasa.nlu.classifiers.regex_message_handler.RegexMessageHandler",
    }
)


class ModelRefused(OperatorError):
    """The archive is not opened, or not unpacked."""


def guard(module: Any) -> None:
    """Puts the checks into Rasa's reader and writer of archives."""
    storage = module.LocalModelStorage
    package = storage.create_model_package
    is_of_rasa_2 = storage._assert_not_rasa2_archive

    def extract(model_archive_path: str | Path, temporary_directory: Path) -> None:
        try:
            unpack(model_archive_path, temporary_directory)
        except ModelRefused as problem:
            security_events.seen(security_events.Event.MODEL_REFUSED)
            # Rasa would say only that something went wrong, and go on without a model.
            logger.error("%s", problem)
            raise
        is_of_rasa_2(temporary_directory)

    @wraps(package)
    def create(self: Any, model_archive_path: str | Path, *given: Any, **named: Any) -> Any:
        metadata = package(self, model_archive_path, *given, **named)
        write_digest(Path(model_archive_path))
        return metadata

    storage._extract_archive_to_directory = staticmethod(extract)
    storage.create_model_package = create


def digest_file(archive: Path) -> Path:
    """Returns where an archive's digest stands: beside it, as `sha256sum` writes it."""
    return archive.with_name(f"{archive.name}.sha256")


def write_digest(archive: Path) -> None:
    """Writes the digest of an archive that was made here.

    Raises:
        OSError: it cannot be read, or its folder not be written.
    """
    with archive.open("rb") as opened:
        digest = _digest(opened)
    digest_file(archive).write_text(f"{digest}  {archive.name}\n", encoding="ascii")


def move(archive: Path, target: Path) -> None:
    """Moves an archive and its digest to another name on the same disk, the digest first.

    Raises:
        OSError: one of them cannot be moved.
    """
    digest_file(archive).replace(digest_file(target))
    archive.replace(target)


def copy(archive: Path, folder: Path) -> Path:
    """Copies an archive and its digest, if it has one, and returns the copy.

    Raises:
        OSError: one of them cannot be read or written.
    """
    if digest_file(archive).exists():
        shutil.copy(digest_file(archive), folder)
    return Path(shutil.copy(archive, folder))


def check_digest(archive: Path) -> None:
    """Refuses an archive that is not the one whose digest stands beside it.

    Raises:
        ModelRefused: it is another, or there is no digest.
        OSError: it cannot be read.
    """
    with archive.open("rb") as opened:
        _check_digest(opened, archive)


def unpack(archive: str | os.PathLike[str], folder: str | os.PathLike[str]) -> None:
    """Unpacks an archive that passes all checks; writes nothing when it does not.

    Args:
        archive: the archive; its digest is beside it.
        folder: an empty folder.

    Raises:
        ModelRefused: what is wrong with it, and what to do.
        tarfile.ReadError: it is no archive, though the digest is right.
        OSError: it cannot be read, or the folder not be written.
    """
    archive = Path(archive)
    # Opened once, so that what is unpacked is what was checked, whatever the name leads to by then.
    with archive.open("rb") as opened:
        _check_digest(opened, archive)
        opened.seek(0)
        with tarfile.open(fileobj=opened, mode="r:gz") as packed:
            members = packed.getmembers()
            _check_members(members, archive)
            _check_classes(packed, archive)
            for member in members:
                member.mode = 0o700 if member.isdir() else 0o600
            packed.extractall(folder, members)  # noqa: S202 - each name was checked above


def _digest(opened: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := opened.read(1 << 20):
        digest.update(part)
    return digest.hexdigest()


def _check_digest(opened: IO[bytes], archive: Path) -> None:
    file = digest_file(archive)
    try:
        stated = file.read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise ModelRefused(
            f"the model {archive} is not opened: its digest, {file.name}, is not beside it. Train "
            "anew with `python -m bot train`, or copy both files from where it was trained; if you "
            f"trained it here with an older release: cd {archive.parent} && sha256sum "
            f"{archive.name} > {file.name}"
        ) from None
    except UnicodeDecodeError:
        stated = []
    if not stated or not hmac.compare_digest(_digest(opened), stated[0].lower()):
        raise ModelRefused(
            f"the model {archive} is not opened: it is not the one whose digest stands in "
            f"{file.name}. It was damaged or replaced. Remove both and train anew with "
            "`python -m bot train`, or copy both from where it was trained; find out who can write "
            "there (docs/incidents.md)"
        )


def _check_members(members: list[tarfile.TarInfo], archive: Path) -> None:
    for member in members:
        name = PurePosixPath(member.name)
        if not (member.isfile() or member.isdir()) or name.is_absolute() or ".." in name.parts:
            raise _foreign(archive, f"its member {member.name!r} would lie outside, or is a link")
    if sum(member.size for member in members) > _MOST_BYTES:
        raise _foreign(archive, f"it would unpack to more than {_MOST_BYTES} bytes")


def _check_classes(packed: tarfile.TarFile, archive: Path) -> None:
    names = _names_in_config()
    for node in _nodes(packed, archive):
        uses, constructor, function = node["uses"], node["constructor_name"], node["fn"]
        if not _is_known(uses, names):
            raise _foreign(
                archive, f"its {_METADATA} names the class {uses!r}, which config.yml does not"
            )
        if constructor not in _CONSTRUCTORS or function.startswith("_"):
            raise _foreign(archive, f"its {_METADATA} calls {constructor!r}, {function!r}")


def _nodes(packed: tarfile.TarFile, archive: Path) -> Iterator[dict[str, str]]:
    """Yields each step of the graphs, with its class and the functions that are called."""
    try:
        member = packed.getmember(_METADATA)
        content = packed.extractfile(member) if member.size < _MOST_METADATA else None
        metadata = json.load(content) if content else {}
        for schema in ("train_schema", "predict_schema"):
            for node in metadata[schema]["nodes"].values():
                yield {key: str(node[key]) for key in ("uses", "constructor_name", "fn")}
    except (KeyError, TypeError, AttributeError, ValueError):
        raise _foreign(archive, f"its {_METADATA} cannot be read") from None


def _is_known(uses: str, names: set[str]) -> bool:
    """True for what Rasa adds to every model, and for what config.yml names, by whichever name."""
    if uses in RASAS_OWN or uses in names:
        return True
    return uses.startswith("rasa.") and uses.rpartition(".")[2] in names


def _names_in_config() -> set[str]:
    """The components in our config.yml, and in that of the folder that a command was started in."""
    names = set()
    for path in {_ROOT / "config.yml", Path.cwd() / "config.yml"}:
        if path.exists():
            config = yaml.safe_load(path.read_text(encoding="utf-8"))
            parts = [*(config.get("pipeline") or ()), *(config.get("policies") or ())]
            names |= {part["name"] for part in parts}
    return names


def _foreign(archive: Path, why: str) -> ModelRefused:
    return ModelRefused(
        f"the model {archive} is not unpacked: {why}. No training of this release makes such a "
        "file. Remove it and its digest and train anew with `python -m bot train`; find out where "
        "it came from (docs/incidents.md)"
    )
