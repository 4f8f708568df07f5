from tests.browser.conftest import PHONE, ZOOMED
def test_look(visit, page, relay):
    page.on("console", lambda m: print("CONSOLE", m.text))
    page.on("pageerror", lambda e: print("ERR", e))
    chat = visit()
    page.screenshot(path="/tmp/widget/1closed.png")
    chat.reach("notice"); page.screenshot(path="/tmp/widget/2notice.png")
    chat.find(".start").click(); page.screenshot(path="/tmp/widget/3chat.png")
    chat.say("what is a stalking protection order"); page.screenshot(path="/tmp/widget/4ans.png")
    page.set_viewport_size(PHONE); page.screenshot(path="/tmp/widget/5phone.png")
