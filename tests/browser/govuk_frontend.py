"""The real GOV.UK Design System beside a host page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from widget.demo import govuk_frontend


def fetched() -> dict[str, bytes]:
    """The files that a page needs, by name; skips the test where there is no npm."""
    try:
        return govuk_frontend.fetched()
    except govuk_frontend.NotFetched as problem:
        if "not installed" in str(problem):
            pytest.skip(str(problem))
        raise


def serve(page: Page, files: dict[str, bytes]) -> None:
    """Have the host page find them beside itself."""

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        route.fulfill(body=files[name], content_type=govuk_frontend.FILES[name])

    page.route("**/govuk-frontend.min.*", answer)
