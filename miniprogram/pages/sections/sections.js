const draft = require("../../lib/draft");
const { EARLIER } = require("../../lib/earlier");
const { fieldsOf } = require("../../lib/field");
const { begin } = require("../../lib/page");

Page(begin(Object.assign({}, EARLIER, {
  title: "sections",
  data: { event: "", sections: [], done: "", papers: "", earlier: [] },
  onShow() {
    if (!draft.current()) {
      wx.reLaunch({ url: "/pages/home/home" });
      return;
    }
    this.work(async () => {
      this.redraw(await draft.plan(true));
      await this.lookBack();
    });
  },
  redraw(plan) {
    const sections = plan.sections.map((one) => this.drawn(one, plan));
    const done = sections.filter((one) => !one.wrong).length;
    const open = plan.problems.filter((one) => one.pointer.indexOf("/owed/") === 0).length;
    this.setData({
      event: this.told(plan.title),
      sections,
      papers: open ? this.say("papers_open", { count: open }) : "",
      done: this.say("sections_done", { done, all: sections.length }),
    });
  },
  drawn(section, plan) {
    const fields = fieldsOf(section);
    const own = section.many.map((role) => "/" + role).concat(fields.map((one) => one.pointer));
    const wrong = plan.problems.filter((one) => own.indexOf(one.pointer) >= 0).length;
    const begun = fields.some((one) => one.value !== null);
    const w = this.data.w;
    const state = !wrong ? w.state_done : begun ? this.say("state_wrong", { count: wrong }) : w.state_open;
    return { section: section.section, title: this.told(section.title), wrong, state };
  },
  open({ currentTarget }) {
    wx.navigateTo({ url: "/pages/section/section?section=" + currentTarget.dataset.section });
  },
  materials() {
    wx.navigateTo({ url: "/pages/materials/materials" });
  },
  check() {
    wx.navigateTo({ url: "/pages/check/check" });
  },
})));
