const { drawAhead } = require("../../lib/ahead");
const { dayOf } = require("../../lib/day");
const { drawAnswer, drawField } = require("../../lib/field");
const { begin } = require("../../lib/page");
const { chatFile, photograph } = require("../../lib/paper");
const { put, valueAt } = require("../../lib/pointer");
const { ask, upload } = require("../../lib/server");
const { SHEET } = require("../../lib/sheet");

Page(begin(Object.assign({}, SHEET, {
  title: "correction",
  data: {
    slots: [], hold: null, fields: [], papers: [], none: false, open: false, problems: [], summary: "",
    checked: false, changes: [], ahead: [], untold: false,
  },
  onLoad({ number }) {
    this.path = "/own/cases/" + number;
    this.given = {};
    this.uploads = {};
    this.instead = {};
    this.found = {};
    this.work(async () => this.redraw(await ask("GET", this.path + "/corrections")));
  },
  redraw(asked) {
    this.needed = asked;
    const { gates, hold, slots } = asked;
    // Nothing was wrong, something is missing: the page says so.
    const untold = gates.length > 0 && !slots.length && !hold;
    if (untold) wx.setNavigationBarTitle({ title: this.data.w.untold });
    this.setData({
      untold,
      none: !slots.length && !hold && !gates.length,
      open: slots.length + gates.length > 0 || Boolean(hold),
      hold: hold && { text: this.told(hold.text), fix: this.told(hold.fix) },
      slots: [...slots.map((one) => ({
        slot: one.slot,
        title: this.told(one.title),
        reasons: one.reasons.map((reason) => this.told(reason)),
        by: one.due ? this.say("correction_by", { day: dayOf(this.locale, one.due.due) }) : "",
        late: one.due && one.due.overdue ? this.data.w.correction_late : "",
      })), ...gates.map((one) => ({
        slot: one.slot,
        title: this.told(one.title),
        reasons: [this.told(one.text), this.told(one.fix)],
        by: "",
        late: "",
      }))],
    });
    this.draw();
  },
  // Fields and papers with what was typed and what is wrong with it, each at its place.
  draw() {
    const about = { locale: this.locale, agencies: {}, found: this.found };
    const { fields, materials, owners } = this.needed;
    let above = "";
    this.setData({
      fields: fields.map((one) => {
        const owner = this.told(owners[one.pointer]);
        const head = owner === above ? "" : owner;
        above = owner;
        return Object.assign(this.drawn(one, about, owner), { head });
      }),
      papers: materials.map((one) => this.paper(one)),
    });
  },
  // What others supplied about somebody else is not shown; typing replaces it.
  drawn(one, about, owner) {
    const typed = valueAt(this.given, one.pointer);
    const field = typed === undefined ? one : Object.assign({}, one, { value: typed });
    const drawn = drawField(field, about, owner);
    return Object.assign(drawn, { hint: this.told(this.needed.withheld[one.pointer]) || drawn.hint });
  },
  // What is typed differently from what stands there now; a value that is not shown stays so.
  changes() {
    const { fields, owners, withheld } = this.needed;
    const shown = (one) => drawAnswer(one, this.locale).shown;
    return fields.map((one) => [one, valueAt(this.given, one.pointer)])
      .filter(([one, typed]) => typed !== undefined && typed !== one.value)
      .map(([one, typed]) => ({
        pointer: one.pointer,
        title: [this.told(owners[one.pointer]), this.told(one.title)].filter(Boolean).join(" "),
        before: this.say("correction_before", { value: withheld[one.pointer] ? this.data.w.correction_hidden : shown(one) }),
        after: this.say("correction_after", { value: shown(Object.assign({}, one, { value: typed })) }),
      }));
  },
  paper({ material, title }) {
    const named = { title: this.told(title) };
    const errors = this.found["/materials/" + material] || [];
    const uploaded = Boolean(this.uploads[material]);
    return {
      material,
      title: named.title,
      errors,
      uploaded,
      none: this.instead[material] === "none",
      take: this.say(uploaded ? "photograph_again" : "photograph", named),
      choose: this.say("choose_file", named),
      lacks: this.say("correction_lacks", named),
    };
  },
  // An answer that is taken away is said so: what is left out stays as it was. What was seen no longer holds.
  put(pointer, value) {
    this.given = put(this.given, pointer, value === null ? undefined : value);
    this.unsee();
  },
  unsee() {
    this.seen = "";
    if (this.data.checked) this.setData({ checked: false, ahead: [] });
  },
  // That there is no such paper is said outright; a paper that comes after all takes it back.
  lack({ currentTarget, detail }) {
    const { material } = currentTarget.dataset;
    if (detail.value.length) this.instead[material] = "none";
    else delete this.instead[material];
    delete this.found["/materials/" + material];
    this.unsee();
    this.draw();
  },
  take({ currentTarget }) {
    return this.bring(currentTarget.dataset.material, photograph);
  },
  choose({ currentTarget }) {
    return this.bring(currentTarget.dataset.material, chatFile);
  },
  bring(material, from) {
    return this.work(async () => {
      const file = await from();
      if (!file) return;
      this.announce(this.data.w.uploading);
      try {
        const kept = await upload(this.path + "/materials", file, { material });
        this.uploads[material] = kept.id;
        delete this.instead[material];
      } catch (trouble) {
        this.announce("");
        throw trouble;
      }
      delete this.found["/materials/" + material];
      this.unsee();
      this.draw();
      this.announce(this.data.w.uploaded);
    });
  },
  request() {
    const materials = Object.keys(this.uploads).map((one) => this.uploads[one]);
    const answers = JSON.parse(JSON.stringify(this.given, (_, value) => (value === undefined ? null : value)));
    return { answers, materials, instead: Object.assign({}, this.instead) };
  },
  // First what it would come to; nothing is changed by asking.
  check() {
    return this.work(() => this.mended(async () => {
      await this.foresee();
      this.announce(this.data.w.correction_seen);
    }));
  },
  async foresee() {
    const foresight = await ask("POST", this.path + "/corrections/preview", this.request());
    const before = this.seen;
    this.seen = JSON.stringify(foresight);
    this.right();
    this.setData({ checked: true, changes: this.changes(), ahead: drawAhead(foresight, this.locale) });
    return before === this.seen;
  },
  // Just what was seen is sent: where an agency decided meanwhile, it is looked at again.
  send() {
    return this.work(() => this.mended(async () => {
      if (!(await this.foresee())) {
        this.announce(this.data.w.correction_moved);
        return;
      }
      const { mark } = JSON.parse(this.seen);
      await ask("POST", this.path + "/corrections", Object.assign(this.request(), { seen: mark }));
      this.leaveWord(this.data.untold ? this.data.w.untold_sent : this.data.w.correction_sent);
      this.back();
    }));
  },
  // What is wrong stands at its field, and above all of them.
  async mended(task) {
    try {
      await task();
    } catch (trouble) {
      if (!trouble || !trouble.problems || !trouble.problems.length) throw trouble;
      this.found = {};
      for (const one of trouble.problems) {
        this.found[one.pointer] = (this.found[one.pointer] || []).concat([this.told(one)]);
      }
      this.unsee();
      this.draw();
      this.setData({
        problems: trouble.problems.map((one) => ({ key: one.pointer + one.code, text: this.told(one) })),
        summary: this.say("problems", { count: trouble.problems.length }),
      });
      wx.pageScrollTo({ scrollTop: 0 });
    }
  },
  right() {
    this.found = {};
    this.setData({ problems: [], summary: "" });
    this.draw();
  },
})));
