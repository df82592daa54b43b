const { dayOf } = require("../../lib/day");
const { moment } = require("../../lib/moment");
const { begin } = require("../../lib/page");
const { openReceipt } = require("../../lib/receipt");
const { ask } = require("../../lib/server");

const EVERY = 7000;

Page(begin({
  title: "progress",
  data: {
    found: false, event: "", state: "", named: "", items: [], bookings: [], lines: [],
    asked: false, receipt: false, ended: false,
  },
  onShow() {
    if (this.options.filed === "yes" && !this.said) {
      this.said = true;
      this.announce(this.options.told === "yes" ? this.data.w.filed_and_told : this.data.w.filed);
    }
    this.hear();
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
      ended: one.ended,
      items: one.items.map((item) => this.drawn(item)),
      bookings: one.items.filter((item) => item.may_book && !item.appointment).map((item) => this.unbooked(item)),
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
      booked: this.booked(item.appointment),
      rebook: item.may_book && item.appointment ? this.say("rebook", { title: this.told(item.title) }) : "",
    };
  },
  unbooked(item) {
    const title = this.told(item.title);
    return { slot: item.slot, text: this.say("to_book", { title }), book: this.say("book_for", { title }) };
  },
  booked(one) {
    if (!one) return "";
    const when = dayOf(this.locale, one.day) + " " + one.starts;
    const said = this.say(one.past ? "appointment_past" : "appointment_at", { when });
    return [said, this.told(one.window), this.told(one.address)].join(" · ");
  },
  book({ currentTarget }) {
    const { slot } = currentTarget.dataset;
    wx.navigateTo({ url: "/pages/appointment/appointment?number=" + this.options.number + "&slot=" + slot });
  },
  withdraw() {
    wx.navigateTo({ url: "/pages/withdrawal/withdrawal?number=" + this.options.number });
  },
  mandate() {
    wx.navigateTo({ url: "/pages/mandate/mandate?number=" + this.options.number });
  },
  correct() {
    wx.navigateTo({ url: "/pages/correction/correction?number=" + this.options.number });
  },
  rate() {
    wx.navigateTo({ url: "/pages/rating/rating?number=" + this.options.number });
  },
  receipt() {
    return this.work(async () => {
      await openReceipt(this.options.number);
      this.announce(this.data.w.receipt_opened);
    });
  },
  home() {
    wx.reLaunch({ url: "/pages/home/home" });
  },
}));
