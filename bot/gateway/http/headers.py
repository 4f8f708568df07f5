"""Provides the response headers for caching, framing, content types, referrers and CORS."""

from __future__ import annotations

import base64
import hashlib
import re

from bot.settings import get_settings

# Every response of /chat has these headers, unless its route sets a value of its own.
ALL = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}
# A given version of the script never changes, so any page may load and cache it.
SCRIPT = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}
_PAGE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera",
            "clipboard-read", "display-capture", "geolocation", "gyroscope", "hid",
            "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
            "serial", "usb",
        )
    ),
    "X-Frame-Options": "DENY",
}  # fmt: skip
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
PREFLIGHT_SECONDS = 7_200


def page(html: str, with_script: bool, with_form: bool = False) -> dict[str, str]:
    """Returns the headers of a page. They allow its own styles, and our script if it has one.

    Args:
        html: the page; each `<style>` in it is allowed by its digest.
        with_script: whether the page may load our script and call our gateway.
        with_form: whether the page may send a form to us.
    """
    styles = " ".join(f"'sha256-{_digest(style)}'" for style in _STYLE.findall(html)) or "'none'"
    policy = [
        "default-src 'none'",
        f"style-src {styles}",
        "base-uri 'none'",
        "form-action 'self'" if with_form else "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    if with_script:
        policy += ["script-src 'self'", "connect-src 'self'"]
    return {**_PAGE, "Content-Security-Policy": "; ".join(policy)}


def cors(origin: str | None, preflight: bool) -> dict[str, str]:
    """Returns the headers that let a browser use the chat from another website.

    Credentials are never allowed. A website that is not in the settings gets no permission.

    Args:
        origin: the request's Origin header.
        preflight: True when the browser asks before it sends.
    """
    headers = {"Vary": "Origin"}
    if origin in get_settings().origins:
        headers["Access-Control-Allow-Origin"] = origin
        if preflight:
            headers["Access-Control-Allow-Methods"] = "POST"
            headers["Access-Control-Allow-Headers"] = "Content-Type"
            headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        else:
            # The widget reads this to know how long to wait.
            headers["Access-Control-Expose-Headers"] = "Retry-After"
    return headers


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
