const { moment } = require("../../lib/moment");
const { begin } = require("../../lib/page");
const { ask, download } = require("../../lib/server");

const EVERY = 7000;

Page(begin({
  title: "progress",
  data: { found: false, event: "", state: "", named: "", items: [], lines: [], asked: false, receipt: false },
  onShow() {
    if (this.options.filed === "yes" && !this.said) {
      this.said = true;
      this.announce(this.data.w.filed);
    }
    this.visible = true;
    this.look();
  },
  onHide() {
    this.visible = false;
    clearTimeout(this.timer);
  },
  onUnload() {
    this.onHide();
  },
  // As long as somebody looks, every few seconds; a phone in a pocket asks nothing.
  async look() {
    clearTimeout(this.timer);
    try {
      this.redraw(await ask("GET", "/own/cases/" + this.options.number));
      if (this.data.trouble) this.setData({ trouble: "" });
    } catch (trouble) {
      this.wrong(trouble);
    }
    if (this.visible) this.timer = setTimeout(() => this.look(), EVERY);
  },
  redraw(one) {
    const state = this.told(one.state_text);
    const before = this.moved;
    this.moved = one.items.map((item) => item.state).join();
    this.setData({
      found: true,
      event: this.told(one.title),
      state,
      named: this.say("number", { number: one.number }),
      asked: one.asked,
      receipt: one.receipts.length > 0,
      items: one.items.map((item) => this.drawn(item)),
      lines: one.lines.map((line) => ({
        seq: line.seq,
        at: moment(line.at),
        text: [this.told(line.title), this.told(line.text)].filter(Boolean).join(" "),
      })),
    });
    if (before && before !== this.moved) this.announce(state);
  },
  drawn(item) {
    const due = item.promised || item.statutory;
    const reasons = item.reasons.map((one) => this.told(one)).join("；");
    return {
      slot: item.slot,
      title: this.told(item.title),
      state: this.told(item.state_text),
      reasons,
      result: this.told(item.result),
      ended: item.ended,
      holder: item.ended ? "" : this.say("held_by", { holder: this.told(item.holder_text) }),
      since: item.ended ? "" : this.say("since", { at: moment(item.since) }),
      due: due && !item.ended ? this.say("due", { day: due.due }) : "",
      late: due && due.overdue && !item.ended ? this.data.w.overdue : "",
      next: item.ended ? "" : this.say("next_step", { what: this.told(item.next) }),
    };
  },
  correct() {
    wx.navigateTo({ url: "/pages/correction/correction?number=" + this.options.number });
  },
  rate() {
    wx.navigateTo({ url: "/pages/rating/rating?number=" + this.options.number });
  },
  receipt() {
    return this.work(async () => {
      const filePath = await download("/cases/" + this.options.number + "/receipt.pdf");
      await new Promise((resolve) => {
        wx.openDocument({ filePath, fileType: "pdf", showMenu: true, success: resolve, fail: resolve });
      });
      this.announce(this.data.w.receipt_opened);
    });
  },
  home() {
    wx.reLaunch({ url: "/pages/home/home" });
  },
}));
