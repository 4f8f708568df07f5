"""`python -m bot content check` and `python -m bot content show ID`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace

from bot.content import due, lint, render
from bot.content.hours import now_in_london
from bot.content.models import Reply
from bot.content.register import Register, load


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
    return actions


def run_check(arguments: argparse.Namespace) -> int:
    """Lint the register; exit code 1 when anything is found."""
    register = load()
    findings = lint.check(register)
    for finding in findings:
        print(finding)
    if warning := due.warning(register, now_in_london().date()):
        print(f"warning: {warning}")
    counts = Counter(type(item).__name__ for _, item in register.all_items())
    summary = ", ".join(f"{number} of {kind}" for kind, number in sorted(counts.items()))
    print(f"content: {sum(counts.values())} items ({summary}), {len(findings)} findings")
    return 1 if findings else 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print every item with this id; exit code 2 when there is none."""
    register = load()
    if arguments.force not in register.forces:
        print(f"no force '{arguments.force}'; see data/content/forces.yml", file=sys.stderr)
        return 2
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
