const { moment } = require("../../lib/moment");
const { begin } = require("../../lib/page");
const { ask } = require("../../lib/server");
const { untilOf, whatOf } = require("../../lib/todo");

Page(begin({
  title: "my_cases",
  data: { cases: [], none: false },
  onShow() {
    this.work(async () => {
      const cases = await ask("GET", "/own/cases");
      this.setData({ cases: cases.map((one) => this.drawn(one)), none: !cases.length });
    });
  },
  drawn(one) {
    return {
      number: one.number,
      title: this.told(one.title),
      state: this.told(one.state_text),
      progress: one.progress ? this.told(one.progress) : "",
      whose: one.principal ? this.say("whom_other", { name: one.principal }) : "",
      filed: this.say("filed_at", { at: moment(one.submitted_at) }),
      wanted: one.wanted.map((todo) => [whatOf(this.locale, todo), untilOf(this.locale, todo)].filter(Boolean).join(" · ")),
      named: this.say("number", { number: one.number }),
    };
  },
  open({ currentTarget }) {
    wx.navigateTo({ url: "/pages/case/case?number=" + currentTarget.dataset.number });
  },
}));
