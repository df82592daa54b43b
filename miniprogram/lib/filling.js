// What pages with fields have: taps and typing become answers of the draft, and the plan is asked what follows.
const draft = require("./draft");
const { answerOf } = require("./typed");

// Events of the field template; the page says how it draws itself by `redraw(plan)`.
const FILLING = {
  type({ currentTarget, detail }) {
    const { pointer, widget } = currentTarget.dataset;
    draft.answer(pointer, answerOf(widget, detail.value));
    this.touched = true;
  },
  leave() {
    if (this.touched) this.refresh();
  },
  pick({ currentTarget, detail }) {
    const { pointer, widget } = currentTarget.dataset;
    draft.answer(pointer, widget === "yes_no" ? detail.value === "true" : detail.value);
    this.refresh();
  },
  roll({ currentTarget, detail }) {
    const { pointer, values } = currentTarget.dataset;
    draft.answer(pointer, values[Number(detail.value)].value);
    this.refresh();
  },
  mark({ currentTarget, detail }) {
    const { pointer } = currentTarget.dataset;
    const none = pointer.startsWith("/situations/") ? [] : null;
    draft.answer(pointer, detail.value.length ? detail.value : none);
    this.refresh();
  },
  tick({ currentTarget, detail }) {
    draft.answer(currentTarget.dataset.pointer, detail.value.length ? true : null);
    this.refresh();
  },
  // Ask the plan what follows from the newest answers; an older answer that comes later is not drawn.
  async refresh() {
    this.touched = false;
    const asked = (this.asked = (this.asked || 0) + 1);
    try {
      const plan = await draft.plan(this.complain === true);
      if (asked !== this.asked) return;
      const before = this.shown;
      this.redraw(plan);
      this.setData({ trouble: "" });
      this.announce(before && before !== this.shown ? this.data.w.fields_changed : this.data.w.saved);
    } catch (trouble) {
      if (trouble && trouble.code === "offline") this.announce(this.data.w.kept_here);
      else this.wrong(trouble);
    }
  },
};

module.exports = { FILLING };
