const { drawComing } = require("../../lib/coming");
const { dayOf } = require("../../lib/day");
const { moment } = require("../../lib/moment");
const { begin } = require("../../lib/page");
const { openReceipt } = require("../../lib/receipt");
const { SHOWN, openResult } = require("../../lib/result");
const { ask } = require("../../lib/server");
const { drawTodo } = require("../../lib/todo");

const EVERY = 7000;
const KIB = 1024;

// What may change what the family has to do: only then is that asked again.
function stampOf(one) {
  const parts = one.items.map((item) => [
    item.state, item.asked, item.untold, Boolean(item.appointment), item.may_book, item.owed.map((paper) => paper.material + paper.state),
  ]);
  return JSON.stringify([one.asked, one.orders.map((order) => order.slot + order.kind), parts]);
}

Page(begin({
  title: "progress",
  data: {
    found: false, event: "", state: "", named: "", under: [], hold: null, todos: [], orders: [], coming: null, items: [], lines: [],
    rating: "", rates: false, receipt: false, receives: false, mandates: false, withdraws: false,
  },
  onShow() {
    if (this.options.filed === "yes" && !this.said) {
      this.said = true;
      this.announce(this.options.told === "yes" ? this.data.w.filed_and_told : this.data.w.filed);
    }
    this.hear();
    this.visible = true;
    this.stamp = "";
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
      const one = await ask("GET", "/own/cases/" + this.options.number);
      await this.want(one);
      this.redraw(one);
      if (this.data.trouble) this.setData({ trouble: "" });
    } catch (trouble) {
      this.wrong(trouble);
    }
    if (this.visible) this.timer = setTimeout(() => this.look(), EVERY);
  },
  async want(one) {
    const stamp = stampOf(one);
    if (stamp === this.stamp) return;
    const wanted = await ask("GET", "/own/cases/" + this.options.number + "/wanted");
    const coming = await ask("GET", "/own/cases/" + this.options.number + "/coming");
    this.stamp = stamp;
    const ratings = wanted.filter((todo) => todo.kind === "rating");
    this.setData({
      coming: drawComing(coming, this.locale),
      todos: wanted.filter((todo) => todo.kind !== "rating").map((todo) => drawTodo(this.locale, todo)),
      rating: ratings.length ? this.say("wanted_rating", { count: ratings.length }) : "",
    });
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
      under: one.may.under.map((mandate) => this.mandated(mandate)),
      hold: one.hold && { text: this.told(one.hold.text), fix: this.told(one.hold.fix), asked: one.asked && one.may.correct },
      receipt: one.receipts.length > 0,
      receives: one.may.receive,
      rates: one.may.rate,
      mandates: !one.ended && !one.may.under.length,
      withdraws: one.may_withdraw || one.items.some((item) => item.may_withdraw),
      orders: one.orders
        .filter((order) => !order.calls)
        .map((order) => this.say("order_of", { title: this.told(order.title), text: this.told(order.text) })),
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
      outcome: item.outcome.map((one) => this.told(one)),
      files: item.results.map((one) => this.filed(one, this.told(item.title))),
      remedies: item.remedies.map((one) => this.told(one)),
      where: this.told(item.where_to),
      ended: item.ended,
      holder: item.ended ? "" : this.say("held_by", { holder: this.told(item.holder_text) }),
      since: item.ended ? "" : this.say("since", { at: moment(item.since) }),
      due: due && !item.ended ? this.say("due", { day: due.due }) : "",
      late: due && due.overdue && !item.ended ? this.data.w.overdue : "",
      from: this.told(item.due_from),
      answer: item.answer_by ? this.say("correction_by", { day: dayOf(this.locale, item.answer_by.due) }) : "",
      longer: this.longer(item.extension),
      next: item.ended ? "" : this.say("next_step", { what: this.told(item.next) }),
      booked: this.booked(item.appointment) || this.told(item.kept && item.kept.text),
      rebook: item.may_book && item.appointment ? this.say("rebook", { title: this.told(item.title) }) : "",
    };
  },
  longer(one) {
    if (!one) return "";
    const said = this.say("extended", { amount: this.told(one.text), day: dayOf(this.locale, one.decided) });
    return one.reason ? said + this.say("extended_why", { reason: this.told(one.reason) }) : said;
  },
  // A file that the agency gave out; what WeChat cannot show is named, with where to get it.
  filed({ result, title, kind, size }, item) {
    const given = { title: this.told(title), kind, size: Math.ceil(size / KIB) };
    const shown = SHOWN.indexOf(kind) >= 0;
    const text = this.say(shown ? "result_open" : "result_file", given);
    return { result, kind, shown, text, spoken: text + " " + item };
  },
  mandated({ principal, scope, until }) {
    const named = scope.map((one) => this.told(one)).join(this.locale === "en" ? ", " : "、");
    return this.say("under_mandate", { name: principal, scope: named, day: until });
  },
  // Whatever it is, its page asks before anything is done.
  act({ currentTarget }) {
    const { kind, slot, material } = currentTarget.dataset;
    if (kind === "correction" || kind === "untold") this.correct();
    else if (kind === "paper") this.hand(slot, material);
    else this.book({ currentTarget });
  },
  hand(slot, material) {
    const { number } = this.options;
    wx.navigateTo({ url: "/pages/paper/paper?number=" + number + "&slot=" + slot + "&material=" + material });
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
  result({ currentTarget }) {
    const { result, kind } = currentTarget.dataset;
    return this.work(async () => {
      await openResult(this.options.number, { result, kind });
      this.announce(this.data.w.result_opened);
    });
  },
  home() {
    wx.reLaunch({ url: "/pages/home/home" });
  },
}));
