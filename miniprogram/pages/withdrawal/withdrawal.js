const { begin } = require("../../lib/page");
const { ask } = require("../../lib/server");

// What stands for the whole case among the items to choose from.
const WHOLE = "*";

Page(begin({
  title: "withdrawal",
  data: { found: false, choices: [], hint: "", ahead: null },
  onLoad({ number }) {
    this.path = "/own/cases/" + number;
    this.work(async () => this.redraw(await ask("GET", this.path)));
  },
  redraw(one) {
    const items = one.items.filter((item) => item.may_withdraw);
    const choices = items.map((item) => ({ slot: item.slot, title: this.told(item.title) }));
    if (one.may_withdraw) choices.push({ slot: WHOLE, title: this.data.w.withdrawal_case });
    this.setData({ found: true, choices });
  },
  // What follows is shown before it is done.
  choose({ detail }) {
    const slot = detail.value;
    this.about = slot === WHOLE ? {} : { slot };
    this.reason = null;
    this.setData({ ahead: null });
    return this.work(async () => {
      const ahead = await ask("POST", this.path + "/withdrawal/preview", this.about);
      const w = this.data.w;
      this.setData({ ahead: this.drawn(ahead), hint: slot === WHOLE ? w.withdrawal_case_hint : w.withdrawal_item_hint });
    });
  },
  drawn(ahead) {
    const line = (one) => ({ title: this.told(one.title), note: [one.agency, one.state_text || one.text]
      .filter(Boolean).map((text) => this.told(text)).join(" · ") });
    const { w } = this.data;
    const groups = [
      { title: w.withdrawal_gone, lines: ahead.withdrawn.map(line) },
      { title: w.withdrawal_held_up, lines: ahead.held_up.map(line) },
      { title: w.withdrawal_orders, lines: ahead.orders.map(line) },
    ];
    const reasons = ahead.reasons.map((one) => ({ value: one.reason, label: this.told(one.title) }));
    return { title: this.told(ahead.title), groups: groups.filter((one) => one.lines.length), reasons };
  },
  why({ detail }) {
    this.reason = detail.value;
  },
  send() {
    if (!this.reason) {
      this.announce(this.data.w.withdrawal_choose);
      return undefined;
    }
    return this.work(async () => {
      await ask("POST", this.path + "/withdrawal", Object.assign({ reason: this.reason }, this.about));
      this.leaveWord(this.data.w.withdrawal_sent);
      this.back();
    });
  },
}));
