const draft = require("../../lib/draft");
const { receivers } = require("../../lib/notice");
const { begin } = require("../../lib/page");

Page(begin({
  title: "submit_title",
  data: { items: [], count: "", agencies: [], pledge: "", pledged: false, problems: [], summary: "" },
  onLoad() {
    this.work(async () => {
      const plan = await draft.plan(true);
      this.setData({
        items: plan.slots.map((one) => ({ slot: one.slot, title: this.told(one.title), agency: this.told(one.agency) })),
        count: this.say("items", { count: plan.slots.length }),
        agencies: receivers(plan, this.locale),
        pledge: this.told(plan.pledge),
      });
    });
  },
  tick({ detail }) {
    this.setData({ pledged: detail.value.length > 0 });
  },
  submit() {
    return this.work(async () => {
      this.announce(this.data.w.submitting);
      try {
        const { number } = await draft.file(this.data.pledged);
        wx.reLaunch({ url: "/pages/case/case?filed=yes&number=" + number });
      } catch (trouble) {
        this.announce("");
        if (!trouble || !trouble.problems || !trouble.problems.length) throw trouble;
        this.refused(trouble.problems);
      }
    });
  },
  // Back to the sections, where what is missing stands at its place now.
  mend() {
    wx.navigateBack({ delta: 2 });
  },
  refused(problems) {
    this.setData({
      problems: problems.map((one) => ({ key: one.pointer + one.code, text: this.told(one) })),
      summary: this.say("problems", { count: problems.length }),
    });
  },
}));
