"""`python -m bot content check`, `show ID` and `diff`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from bot.content import difference, due, layers, lint, render
from bot.content.hours import now_in_london
from bot.content.models import Reply
from bot.content.register import Items, Register, read_ours, whole
from bot.settings import get_settings


def add_arguments(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    """Add the `content` command to the command line; returns where others add theirs below it."""
    parser = commands.add_parser("content", help="check or show the content register")
    actions = parser.add_subparsers(dest="action", required=True)
    check = actions.add_parser("check", help="load the register and run the lint")
    check.set_defaults(run=run_check)
    show = actions.add_parser("show", help="print one item as a person would see it")
    show.add_argument("id", help="the item's id, such as advice/spo_what or nsh")
    show.add_argument("--force", default=render.DEFAULT_FORCE, help="whose website (a force's id)")
    show.set_defaults(run=run_show)
    diff = actions.add_parser("diff", help="print what a force, or a release, says otherwise")
    diff.add_argument("release", nargs="?", type=Path, help="an earlier release, unpacked")
    diff.add_argument("--force", help="a force's id; that of CHAT_FORCE where both are left out")
    diff.set_defaults(run=run_diff)
    return actions


def run_check(arguments: argparse.Namespace) -> int:
    """Lint our register and each force's own items; exit code 1 when anything is found."""
    ours = read_ours()
    register = whole(ours)
    findings = lint.check(register)
    own = {force: layers.of_force(force, ours) for force in layers.forces()}
    for merged in own.values():
        findings += (one for one in lint.check_own(merged) if one not in findings)
    for finding in findings:
        print(finding)
    if warning := due.warning(register, now_in_london().date()):
        print(f"warning: {warning}")
    for force, merged in own.items():
        print(f"{force}: {len(merged.own)} items of its own")
    counts = Counter(type(item).__name__ for _, item in register.all_items())
    summary = ", ".join(f"{number} of {kind}" for kind, number in sorted(counts.items()))
    print(f"content: {sum(counts.values())} items ({summary}), {len(findings)} findings")
    return 1 if findings else 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print every item with this id; exit code 2 when there is none."""
    ours = read_ours()
    if arguments.force not in ours.found["forces"]:
        print(f"no force '{arguments.force}'; see data/content/forces.yml", file=sys.stderr)
        return 2
    register = layers.of_force(arguments.force, ours)
    found = [(file, item) for file, item in register.all_items() if item.id == arguments.id]
    if not found:
        print(f"no item '{arguments.id}' in data/content/", file=sys.stderr)
        return 2
    # As far as replies go, that of England and Wales first, whatever file it stands in.
    found.sort(key=lambda one: isinstance(one[1], Reply) and one[1].nation != "england_wales")
    for file, item in found:
        print(f"[{file}; reviewed {item.reviewed}, review by {item.review_by}]")
        print(_reply(register, item, arguments.force) if isinstance(item, Reply) else _plain(item))
    return 0


def run_diff(arguments: argparse.Namespace) -> int:
    """Prints what a force says otherwise than we do, or what is new since an earlier release.

    With both, what is new to that force's people.
    """
    ours, force = read_ours(), arguments.force
    if arguments.release is None:
        force = force or get_settings().force
        old, new = whole(ours), layers.of_force(force, ours)
    else:
        old = _of_release(arguments.release, force)
        new = layers.of_force(force, ours) if force else whole(ours)
    count = 0
    for line in difference.lines(old, new):
        count += not line.startswith(" ")
        print(line)
    print(f"{count} items differ")
    return 0


def _of_release(release: Path, force: str | None) -> Register:
    """The register of a release that lies in a folder, for a force if one is named."""
    ours: Items = read_ours(release / "data" / "content")
    return layers.merged(force, ours, release / "data" / "forces" / force) if force else whole(ours)


def _reply(register: Register, reply: Reply, force: str) -> str:
    context = render.Context(
        force=register.forces[force],
        moment=now_in_london(),
        nation=next(iter(render.nations_shown(register, reply)), render.nation_shown(reply)),
        details=render.EXAMPLE_DETAILS,
    )
    lines = [f"({reply.nation})"]
    for text in render.bubbles(register, reply, context):
        lines += ["", _indented(text)]
    for rest in reply.more.get(context.language, ()):
        lines += ["", _indented(f"Behind a press: {render.fill(register, rest, context)}")]
    for button in render.buttons(register, reply, context):
        lines.append(f"  [{button.title}]")
    if reply.simple:
        lines.append("\n  More simply:")
        for text in render.bubbles(register, reply, context, simple=True):
            lines.append(_indented(text))
    if reply.with_handover:
        lines.append("\n  Where the force takes hand-overs:")
        for text in render.bubbles(register, reply, replace(context, handover=True)):
            lines.append(_indented(text))
    for fact_id in reply.facts:
        fact = register.facts[fact_id]
        lines.append(f"  source of {fact_id}: {fact.source.title}")
    return "\n".join(lines)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _plain(item: object) -> str:
    return "\n".join(f"  {name}: {value}" for name, value in item if value)  # type: ignore[attr-defined]
