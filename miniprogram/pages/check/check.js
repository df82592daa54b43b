const draft = require("../../lib/draft");
const { drawAnswer, fieldsOf } = require("../../lib/field");
const { begin } = require("../../lib/page");

Page(begin({
  title: "check",
  data: { sections: [], problems: [], summary: "", ready: false },
  onShow() {
    this.work(async () => this.redraw(await draft.plan(true)));
  },
  redraw(plan) {
    const problems = plan.problems.map((one) => ({ key: one.pointer + one.code, text: this.told(one.text) }));
    this.setData({
      sections: plan.sections.map((one) => this.drawn(one)),
      problems,
      summary: this.say("problems", { count: problems.length }),
      ready: problems.length === 0,
    });
  },
  drawn(section) {
    const title = this.told(section.title);
    const rows = fieldsOf(section).map((one) => drawAnswer(one, this.locale));
    return { section: section.section, title, rows, change: this.say("change_section", { title }) };
  },
  change({ currentTarget }) {
    wx.navigateTo({ url: "/pages/section/section?complain=yes&section=" + currentTarget.dataset.section });
  },
  next() {
    wx.navigateTo({ url: "/pages/submit/submit" });
  },
}));
