const { drawComing } = require("../../lib/coming");
const { consent } = require("../../lib/consent");
const draft = require("../../lib/draft");
const { receivers } = require("../../lib/notice");
const { begin } = require("../../lib/page");
const { ask } = require("../../lib/server");
const { code } = require("../../lib/session");

Page(begin({
  title: "submit_title",
  data: { items: [], count: "", agencies: [], coming: null, heard: "", pledge: "", pledged: false, problems: [], summary: "" },
  onLoad() {
    this.templates = [];
    this.work(async () => {
      const plan = await draft.plan(true);
      this.setData({
        items: plan.slots.map((one) => ({ slot: one.slot, title: this.told(one.title), agency: this.told(one.agency) })),
        count: this.say("items", { count: plan.slots.length }),
        agencies: receivers(plan, this.locale),
        coming: drawComing(plan.coming, this.locale),
        heard: this.told(plan.heard),
        pledge: this.told(plan.pledge),
      });
      this.templates = await this.messages();
    });
  },
  // Which messages to ask about; where that cannot be learnt nobody is asked, and filing goes on.
  async messages() {
    try {
      const { templates } = await ask("GET", "/own/notices/wechat?bundle=" + draft.current().bundle);
      return templates;
    } catch (trouble) {
      return [];
    }
  },
  tick({ detail }) {
    this.setData({ pledged: detail.value.length > 0 });
  },
  submit() {
    return this.work(async () => {
      // Asked once, first of all, and not before the declaration is made: without it nothing is filed.
      if (this.data.pledged && !this.agreed) this.agreed = consent(this.templates);
      const agreed = await this.agreed;
      this.announce(this.data.w.submitting);
      try {
        const { number } = await draft.file(this.data.pledged, this.locale);
        const told = agreed && (await this.hearByWechat());
        wx.reLaunch({ url: "/pages/case/case?filed=yes&told=" + (told ? "yes" : "no") + "&number=" + number });
      } catch (trouble) {
        this.announce("");
        if (!trouble || !trouble.problems || !trouble.problems.length) throw trouble;
        this.refused(trouble.problems);
      }
    });
  },
  // The case is filed whether this comes about or not; what is said afterwards follows what came about.
  async hearByWechat() {
    try {
      await ask("PUT", "/own/notices/wechat", { code: await code(), locale: this.locale });
      return true;
    } catch (trouble) {
      return false;
    }
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
