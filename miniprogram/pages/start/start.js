const draft = require("../../lib/draft");
const { around, drawField } = require("../../lib/field");
const { FILLING } = require("../../lib/filling");
const { begin, signedIn } = require("../../lib/page");

Page(begin(Object.assign({}, FILLING, {
  title: "situations",
  data: { event: "", fields: [], problems: [], summary: "" },
  onLoad({ bundle }) {
    if (!signedIn()) {
      wx.redirectTo({ url: "/pages/sign_in/sign_in?to=" + encodeURIComponent(this.address) });
      return;
    }
    this.work(async () => {
      await draft.take(bundle);
      this.redraw(await draft.plan(false));
    });
  },
  redraw(plan) {
    this.plan = plan;
    this.shown = plan.questions.map((one) => one.pointer).join();
    const own = plan.questions.map((one) => one.pointer);
    const wrong = plan.problems.filter((one) => own.indexOf(one.pointer) >= 0);
    const about = around(plan, this.locale);
    this.setData({
      event: this.told(plan.title),
      fields: plan.questions.map((one) => drawField(one, about)),
      problems: wrong.map((one) => ({ key: one.pointer + one.code, text: this.told(one.text) })),
      summary: this.say("problems", { count: wrong.length }),
    });
  },
  next() {
    return this.work(async () => {
      for (const one of this.plan.questions) {
        // A list of which nothing applies is an answer too.
        if (one.widget === "many" && !one.value) draft.answer(one.pointer, []);
      }
      const before = this.shown;
      this.complain = true;
      this.redraw(await draft.plan(true));
      if (this.shown !== before) this.announce(this.data.w.fields_changed);
      else if (!this.data.problems.length) wx.navigateTo({ url: "/pages/notice/notice" });
    });
  },
})));
