"""The chat as a person meets it on a page: how to find its parts and to bring it into a state."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from bot.content.register import get_register
from tests.integration.waiting import wait_until

QUESTION = "what is a stalking protection order"


def words(key: str) -> str:
    """What the register says for a place in the widget."""
    return " ".join(get_register().reply(f"widget/{key}").bubbles["en"])


@dataclass
class ChatOnPage:
    """The chat of one page."""

    page: Page

    def find(self, selector: str) -> Locator:
        return self.page.locator(f"force-chat >> css={selector}")

    @property
    def frame(self) -> Locator:
        return self.find(".frame")

    @property
    def panel(self) -> Locator:
        return self.find(".panel")

    @property
    def exit(self) -> Locator:
        return self.find(".exit")

    @property
    def field(self) -> Locator:
        return self.find("textarea")

    @property
    def messages(self) -> Locator:
        return self.find(".log > ol > li")

    @property
    def problem(self) -> Locator:
        return self.find(".problem")

    @property
    def announcer(self) -> Locator:
        return self.page.locator("body > [role=status]")

    def exit_but_stay(self) -> None:
        """Press the exit as if the other site never answered, so that the page can be looked at."""
        self.page.evaluate(
            "navigation.addEventListener('navigate', (event) => event.preventDefault())"
        )
        self.exit.click()

    def button(self, name: str) -> Locator:
        return self.page.locator("force-chat").get_by_role("button", name=name, exact=True)

    def expect_state(self, state: str) -> ChatOnPage:
        expect(self.frame).to_have_attribute("data-state", state)
        return self

    def reach(self, state: str) -> ChatOnPage:
        """Bring a closed chat into closed, notice, chat or answered."""
        self.expect_state("closed")
        if state in ("notice", "chat", "answered"):
            self.find(".launcher").press("Enter")  # a banner may lie over it
            self.expect_state("notice")
        if state in ("chat", "answered"):
            self.find(".start").click()
            self.expect_state("chat")
        if state == "answered":
            self.say(QUESTION)
        return self

    def type(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def say(self, text: str) -> None:
        """Send a text and wait for the answer."""
        before = self.find(".log .bot").count()
        self.type(text)
        expect(self.find(".log .bot").nth(before)).to_be_visible()
        self.expect_state("chat")

    def end(self) -> None:
        """End the chat and confirm it."""
        self.button(words("end_short")).click()
        self.button(words("end")).click()

    def show_again(self) -> None:
        """Bring a hidden chat back, in two steps with a moment between."""
        self.find(".launcher").click()
        self.page.wait_for_timeout(600)
        self.button(words("show")).click()

    def texts(self) -> str:
        return self.find(".log").inner_text()


def go_back(context: BrowserContext, page: Page, steps: int = 1) -> None:
    """As the Back button does; Playwright's own waits for a load that a cached page never has."""
    entries = context.new_cdp_session(page).send("Page.getNavigationHistory")
    wanted = entries["currentIndex"] - steps
    entry = entries["entries"][wanted]["id"]
    context.new_cdp_session(page).send("Page.navigateToHistoryEntry", {"entryId": entry})

    def is_there() -> bool:
        try:
            now = context.new_cdp_session(page).send("Page.getNavigationHistory")
        except Error:  # between two pages there is none to ask
            return False
        return now["currentIndex"] == wanted

    wait_until(is_there)
    page.wait_for_timeout(500)
