const draft = require("../../lib/draft");
const { around, drawSection, fieldsOf } = require("../../lib/field");
const { FILLING } = require("../../lib/filling");
const { begin } = require("../../lib/page");

Page(begin(Object.assign({}, FILLING, {
  data: { section: null, problems: [], lists: [] },
  onLoad({ complain }) {
    this.complain = complain === "yes";
    this.work(async () => this.redraw(await draft.plan(this.complain)));
  },
  redraw(plan) {
    const section = plan.sections.find((one) => one.section === this.options.section);
    if (!section) {
      wx.navigateBack({ delta: 1 });
      return;
    }
    const own = section.many.map((role) => "/" + role);
    this.shown = fieldsOf(section).map((one) => one.pointer).join();
    this.setData({
      section: drawSection(section, around(plan, this.locale, draft.current().mandated)),
      lists: section.many.map((role) => ({
        role,
        errors: plan.problems.filter((one) => one.pointer === "/" + role).map((one) => this.told(one.text)),
      })),
      problems: plan.problems
        .filter((one) => own.indexOf(one.pointer) >= 0)
        .map((one) => ({ key: one.pointer + one.code, text: this.told(one.text) })),
    });
  },
  add({ currentTarget }) {
    draft.addRow(currentTarget.dataset.role);
    return this.refresh();
  },
  remove({ currentTarget }) {
    const { role, index } = currentTarget.dataset;
    draft.removeRow(role, Number(index));
    return this.refresh();
  },
  save() {
    return this.work(async () => {
      await draft.send();
      this.back();
    });
  },
})));
