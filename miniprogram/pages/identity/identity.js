const { begin } = require("../../lib/page");
const { named, visit } = require("../../lib/province");
const { ask } = require("../../lib/server");

Page(begin({
  title: "identity",
  data: { found: false, proven: "", go: "" },
  onShow() {
    const { globalData } = getApp();
    const { brought } = globalData;
    globalData.brought = null;
    this.work(async () => {
      if (brought) await this.prove(brought.ticket);
      this.redraw(await ask("GET", "/me/identity"));
      if (brought && this.data.proven) this.announce(this.data.w.identity_done);
    });
  },
  // A ticket counts once: one that is refused is told, and another can be fetched.
  async prove(ticket) {
    if (!ticket) {
      this.announce(this.data.w.identity_no_ticket);
      return;
    }
    try {
      await ask("POST", "/me/identity", { ticket });
    } catch (trouble) {
      this.wrong(trouble);
    }
  },
  redraw({ verified, name, portal }) {
    this.audience = portal ? portal.audience : "";
    this.setData({
      found: true,
      proven: verified ? this.say("identity_proven", { name }) : "",
      go: portal && named() ? this.say("identity_go", { portal: this.told(portal.title) }) : "",
    });
  },
  go() {
    visit(this.audience, () => this.announce(this.data.w.identity_not_opened));
  },
  leave() {
    const there = decodeURIComponent(this.options.to || "");
    if (there) wx.redirectTo({ url: there });
    else wx.reLaunch({ url: "/pages/home/home" });
  },
}));
