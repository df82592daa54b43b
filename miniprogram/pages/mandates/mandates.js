const { begin } = require("../../lib/page");
const { ask } = require("../../lib/server");

Page(begin({
  title: "mandates",
  data: { mandates: [], none: false },
  onShow() {
    this.work(() => this.list());
  },
  async list() {
    const mandates = await ask("GET", "/own/mandates");
    const open = mandates.filter((one) => !one.revoked_at);
    this.setData({
      none: !open.length,
      mandates: open.map((one) => ({
        id: one.id,
        name: one.representative,
        scope: this.told(one.scope),
        until: this.say("mandate_until", { day: one.until }),
        revoke: this.say("mandate_revoke", { name: one.representative }),
      })),
    });
  },
  revoke({ currentTarget }) {
    return this.work(async () => {
      await ask("POST", "/own/mandates/" + currentTarget.dataset.id + "/revocation", {});
      await this.list();
      this.announce(this.data.w.mandate_revoked);
    });
  },
}));
