"""Makes the page at `/chat/embed`: a form, the snippet for a force's website, and a preview.

It needs no script of its own. The form comes back in the address, which holds nothing of anybody
who asks for help. Whatever does not fit is replaced by its default, and the page says so.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.content.models import Force
from bot.content.register import get_register
from bot.gateway import pages
from bot.gateway.http import headers
from bot.gateway.pages.assets import Script
from bot.gateway.turns.safe_reply import where

# By WCAG 2.2, 1.4.3. The chat refuses two colours with less (widget/src/looks.js).
LEAST_CONTRAST = 4.5
LABELS = {
    "origin": "Address of your website",
    "gateway": "Address of this gateway, as your website sees it",
    "folder": "Folder of your website with the script",
    "brand": "Colour of the bar and the main buttons",
    "brand_text": "Colour of the words on it",
    "radius": "Round corners, in pixels",
}
BRAND, BRAND_TEXT = "#1d4468", "#ffffff"
MAX_RADIUS = 16
_HOST = r"[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::\d{1,5})?"
_ORIGIN = re.compile(rf"https?://{_HOST}")
_GATEWAY = re.compile(rf"https?://{_HOST}(?:/[a-z0-9_./-]*)?")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FOLDER = re.compile(r"/(?:[A-Za-z0-9_.-]+/)*")


@dataclass(frozen=True)
class Wish:
    """Holds what a web team asks for, with defaults for what does not fit.

    Attributes:
        origin: of the force's website.
        gateway: address of this gateway as that website sees it, ending in /chat.
        folder: where the website keeps the script; "" when the gateway serves it.
        force: whose website it is.
        brand: colour of the bar and of the main buttons, such as #1d4468.
        brand_text: colour of the words on it.
        radius: of the corners, in pixels.
        as_div: whether the site's system drops unknown elements.
        is_named: whether the chat shows the force's name.
        wrong: names of the fields that did not fit.
    """

    origin: str
    gateway: str
    folder: str
    force: Force
    brand: str
    brand_text: str
    radius: int
    as_div: bool
    is_named: bool
    wrong: tuple[str, ...]


def read(given: Mapping[str, str], gateway: str) -> Wish:
    """Reads the form.

    Args:
        given: field -> value, as they stand in the address.
        gateway: the address at which this page was asked for, ending in /chat.
    """
    wrong: list[str] = []

    def field(name: str, allowed: re.Pattern[str], default: str) -> str:
        value = given.get(name, "").strip() or default
        if allowed.fullmatch(value.lower() if allowed is not _FOLDER else value):
            return value if allowed is _FOLDER else value.lower()
        wrong.append(name)
        return default

    forces = get_register().forces
    force = forces.get(given.get("force", ""), where().force)
    home = str(force.home_url).rstrip("/")
    origin = field("origin", re.compile(_ORIGIN.pattern + "/?"), home)
    radius = field("radius", re.compile(r"\d{1,2}"), "6")
    folder = field("folder", _FOLDER, "/scripts/")
    return Wish(
        origin=origin.rstrip("/"),
        gateway=field("gateway", _GATEWAY, gateway).rstrip("/"),
        folder="" if given.get("served") else folder,
        force=force,
        brand=field("brand", _COLOUR, BRAND),
        brand_text=field("brand_text", _COLOUR, BRAND_TEXT),
        radius=min(int(radius), MAX_RADIUS),
        as_div=bool(given.get("div")),
        is_named=bool(given.get("named")),
        wrong=tuple(wrong),
    )


def contrast(one: str, other: str) -> float:
    """Returns the contrast of two colours such as #1d4468: 1 to 21, by WCAG 2.2."""
    lights = sorted(map(_light, (one, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def page(script: Script, given: Mapping[str, str], gateway: str) -> pages.Page:
    """Returns the page for what was asked for.

    Args:
        script: the widget's script.
        given: field -> value, as they stand in the address.
        gateway: the address at which this page was asked for, ending in /chat.
    """
    wish = read(given, gateway)
    values = {
        **{f"label.{name}": text for name, text in LABELS.items()},
        "origin": wish.origin,
        "gateway": wish.gateway,
        "folder": wish.folder or "/scripts/",
        "brand": wish.brand,
        "brand_text": wish.brand_text,
        "radius": str(wish.radius),
        "contrast": f"{contrast(wish.brand, wish.brand_text):.1f}",
        "snippet": _snippet(script, wish),
        "styles": _styles(wish),
        "settings": f"CHAT_FORCE={wish.force.id}\nCHAT_ORIGINS={wish.origin}",
        "nginx": f'"{wish.origin}" $http_origin;',
        "policy": policy(wish),
        "force.name": wish.force.name,
    }
    document = pages.filled("embed.html", {**values, **pages.of_script(script)})
    for mark, text in {
        "forces": _forces(wish.force),
        "said": _said(wish),
        "look": _look(wish),
    }.items():
        document = document.replace(f"<!--{mark}-->", text)
    if wish.is_named:
        named = f'force-name="{html.escape(wish.force.name)}"'
        document = document.replace('<force-chat api="."', f'<force-chat {named} api="."')
    for name, is_on in (
        ("div", wish.as_div),
        ("named", wish.is_named),
        ("served", not wish.folder),
    ):
        document = document.replace(f'name="{name}"', f'name="{name}"{" checked" * is_on}')
    return pages.Page(document, headers.page(document, with_script=True, with_form=True))


def policy(wish: Wish) -> str:
    """Returns the content policy that the website's page needs at least."""
    host = "/".join(wish.gateway.split("/")[:3])
    scripts = "'self'" if wish.folder else host
    return f"script-src {scripts}; connect-src {host}"


def _snippet(script: Script, wish: Wish) -> str:
    folder = wish.folder or f"{wish.gateway}/assets/"
    return pages.snippet(
        script, wish.gateway, folder, wish.force, as_div=wish.as_div, is_named=wish.is_named
    )


def _styles(wish: Wish) -> str:
    return (
        f"force-chat, [data-chat] {{ display: block; --chat-brand: {wish.brand}; "
        f"--chat-brand-text: {wish.brand_text}; --chat-radius: {wish.radius}px; }}\n"
        "@media (max-width: 40em), (max-height: 30em) "
        "{ force-chat, [data-chat] { min-height: 23rem; } }"
    )


def _look(wish: Wish) -> str:
    # Only what `read` has checked: a colour or a number can end neither the rule nor the element.
    return f"<style>{_styles(wish)}</style>"


def _forces(chosen: Force) -> str:
    return "".join(
        f'<option value="{html.escape(force.id)}"{" selected" * (force.id == chosen.id)}>'
        f"{html.escape(force.name)}</option>"
        for force in sorted(get_register().forces.values(), key=lambda force: force.name)
    )


def _said(wish: Wish) -> str:
    """Returns, as paragraphs, what the web team should know of what it asked for."""
    told = [f"This did not fit, so its default is used: {LABELS[name]}." for name in wish.wrong]
    if contrast(wish.brand, wish.brand_text) < LEAST_CONTRAST:
        told.append(
            f"The two colours have a contrast below {LEAST_CONTRAST}, so the chat keeps its own."
        )
    serves = where().force
    if wish.force.id != serves.id:
        told.append(f"This gateway now answers for {serves.name}: set CHAT_FORCE as below.")
    return "".join(f'<p class="told">{html.escape(text)}</p>' for text in told)
