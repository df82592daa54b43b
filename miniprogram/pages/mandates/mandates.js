const { begin } = require("../../lib/page");
const { ask } = require("../../lib/server");

Page(begin({
  title: "mandates",
  data: { mandates: [], none: false },
  onShow() {
    this.hear();
    this.work(() => this.list());
  },
  async list() {
    const mandates = await ask("GET", "/mandates");
    const open = mandates.filter((one) => one.state === "counts" || one.state === "not_yet");
    this.setData({ none: !open.length, mandates: open.map((one) => this.drawn(one)) });
  },
  drawn(one) {
    const name = one.given ? one.representative : one.principal;
    return {
      id: one.id,
      name: this.say(one.given ? "mandate_given" : "mandate_held", { name }),
      organisation: one.organisation || "",
      scope: one.scope.map((part) => this.told(part.title)).join("、"),
      event: this.told(one.bundle_title),
      until: this.say("mandate_until", { day: one.until }),
      revoke: this.say("mandate_revoke", { name }),
    };
  },
  give() {
    wx.navigateTo({ url: "/pages/mandate/mandate" });
  },
  revoke({ currentTarget }) {
    return this.work(async () => {
      await ask("POST", "/mandates/" + currentTarget.dataset.id + "/revocation", {});
      await this.list();
      this.announce(this.data.w.mandate_revoked);
    });
  },
}));
