const draft = require("../../lib/draft");
const { around, drawField } = require("../../lib/field");
const { FILLING } = require("../../lib/filling");
const { begin, signedIn } = require("../../lib/page");
const { say, text } = require("../../lib/words");

const WHOM = "/for";
const SELF = "self";

function other(locale, name) {
  return say(locale, "whom_other", { name });
}

Page(begin(Object.assign({}, FILLING, {
  title: "situations",
  data: { event: "", fields: [], problems: [], summary: "" },
  onLoad({ bundle }) {
    if (!signedIn()) {
      wx.redirectTo({ url: "/pages/sign_in/sign_in?to=" + encodeURIComponent(this.address) });
      return;
    }
    this.nobody = [];
    this.work(async () => {
      await draft.take(bundle);
      this.people = await draft.whom();
      this.choice = this.before();
      this.redraw(await draft.plan(false));
    });
  },
  // Who is chosen already, or is the only one to choose.
  before() {
    const { own, mandate, principals } = this.people;
    if (principals.some((one) => one.mandate === mandate)) return mandate;
    if (own) return SELF;
    return principals.length === 1 ? principals[0].mandate : "";
  },
  // The first question, for whoever holds a mandate.
  whom() {
    const { own, principals } = this.people;
    if (!principals.length) return [];
    const others = principals.map((one) => ({
      value: one.mandate,
      label: { zh: other("zh", one.name), en: other("en", one.name) },
    }));
    const options = own ? [{ value: SELF, label: text("whom_self") }].concat(others) : others;
    const plain = { required: true, needed_by: [], why: null, help: null, withheld: null };
    return [Object.assign(plain, { pointer: WHOM, widget: "choice", title: text("whom"), options, value: this.choice })];
  },
  redraw(plan) {
    this.plan = plan;
    this.shown = plan.questions.map((one) => one.pointer).join();
    const own = plan.questions.map((one) => one.pointer);
    const wrong = this.nobody.concat(plan.problems.filter((one) => own.indexOf(one.pointer) >= 0));
    const about = around(Object.assign({}, plan, { problems: wrong }), this.locale);
    this.setData({
      event: this.told(plan.title),
      fields: this.whom().concat(plan.questions).map((one) => drawField(one, about)),
      problems: wrong.map((one) => ({ key: one.pointer + one.code, text: this.told(one.text) })),
      summary: this.say("problems", { count: wrong.length }),
    });
  },
  pick(event) {
    if (event.currentTarget.dataset.pointer === WHOM) this.turn(event.detail.value);
    else FILLING.pick.call(this, event);
  },
  roll(event) {
    const { pointer, values } = event.currentTarget.dataset;
    if (pointer === WHOM) this.turn(values[Number(event.detail.value)].value);
    else FILLING.roll.call(this, event);
  },
  turn(choice) {
    this.choice = choice;
    this.nobody = [];
    this.redraw(this.plan);
  },
  // Say for whom, if that is new; somebody has to be chosen where it cannot be oneself.
  async decide() {
    const { own, mandate, principals } = this.people;
    const choice = this.choice === SELF || !this.choice ? null : this.choice;
    const open = principals.length > 0 || mandate;
    if (!open || (choice === mandate && (own || choice))) return;
    try {
      this.people = await draft.fileFor(choice);
    } catch (trouble) {
      if (!trouble || !trouble.problems || !trouble.problems.length) throw trouble;
      this.nobody = trouble.problems.map((one) => ({ pointer: one.pointer, code: one.code, text: one }));
    }
  },
  next() {
    return this.work(async () => {
      for (const one of this.plan.questions) {
        // A list of which nothing applies is an answer too.
        if (one.widget === "many" && !one.value) draft.answer(one.pointer, []);
      }
      const before = this.shown;
      this.complain = true;
      await this.decide();
      this.redraw(await draft.plan(true));
      if (this.shown !== before) this.announce(this.data.w.fields_changed);
      else if (!this.data.problems.length) wx.navigateTo({ url: "/pages/notice/notice" });
    });
  },
})));
