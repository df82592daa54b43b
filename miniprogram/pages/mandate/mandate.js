const { drawField } = require("../../lib/field");
const { begin } = require("../../lib/page");
const { put } = require("../../lib/pointer");
const { ask } = require("../../lib/server");
const { SHEET } = require("../../lib/sheet");
const { text } = require("../../lib/words");

const OTHER = "other";
const SCOPES = ["file", "follow", "correct", "withdraw", "receive"];

// A field of this page in the shape of a plan's, so that it is drawn as all others are.
function field(pointer, widget, title, more) {
  const plain = { value: null, options: [], required: true, needed_by: [], why: null, help: null, withheld: null };
  return Object.assign(plain, { pointer, widget, title: text(title) }, more);
}

function within(place, other) {
  return (place + "/").startsWith(other + "/");
}

Page(begin(Object.assign({}, SHEET, {
  title: "mandate_new",
  data: { fields: [], named: "", problems: [], summary: "" },
  onLoad({ number }) {
    this.typed = { agent: OTHER, scope: [] };
    this.found = {};
    this.agents = [];
    this.bundles = [];
    if (number) this.setData({ named: this.say("mandate_for_case", { number }) });
    this.work(async () => {
      this.agents = await ask("GET", "/representatives");
      if (!number) this.bundles = await ask("GET", "/bundles");
      this.redraw();
    });
  },
  fields() {
    const other = this.typed.agent === OTHER;
    const person = [
      field("/representative/name", "text", "mandate_name", { max_length: 60 }),
      field("/representative/id_number", "text", "mandate_number", { max_length: 18 }),
    ];
    return [
      ...(this.agents.length ? [field("/agent", "choice", "mandate_who", { options: this.whom() })] : []),
      ...(other ? person : []),
      field("/scope", "many", "mandate_scope", {
        options: SCOPES.map((scope) => ({ value: scope, label: text("scope_" + scope) })),
      }),
      field("/until", "date", "mandate_last", { help: text("mandate_last_hint") }),
      ...(this.bundles.length ? [field("/bundle", "choice", "mandate_bundle", { options: this.which() })] : []),
      field("/signature", "text", "mandate_signature", { help: text("mandate_signature_hint"), max_length: 60 }),
    ];
  },
  whom() {
    const agents = this.agents.map((one) => {
      const name = [one.name, one.organisation].filter(Boolean).join(" · ");
      return { value: one.account, label: { zh: this.say("mandate_agent", { name }), en: this.say("mandate_agent", { name }) } };
    });
    return [{ value: OTHER, label: text("mandate_who_other") }].concat(agents);
  },
  which() {
    const every = { value: OTHER, label: text("mandate_any") };
    return [every].concat(this.bundles.map((one) => ({ value: one.bundle, label: one.title })));
  },
  redraw() {
    const about = { locale: this.locale, agencies: {}, found: this.found };
    const value = (pointer) => {
      const [, first, second] = pointer.split("/");
      const at = this.typed[first];
      return (second ? (at || {})[second] : at) || (pointer === "/bundle" ? OTHER : null);
    };
    this.setData({
      fields: this.fields().map((one) => drawField(Object.assign({}, one, { value: value(one.pointer) }), about)),
    });
  },
  put(pointer, value) {
    const [, first, second] = pointer.split("/");
    if (second) this.typed = put(this.typed, pointer, value);
    else this.typed = Object.assign({}, this.typed, { [first]: value });
    // Somebody else is asked for by name and number.
    if (pointer === "/agent") this.redraw();
  },
  // What is asked of the server: either a staff representative or somebody by name and number.
  request() {
    const { agent, representative, scope, until, bundle, signature } = this.typed;
    const given = { scope, signature: { kind: "typed", value: signature || "" } };
    if (agent !== OTHER) given.agent = agent;
    else given.representative = Object.assign({ name: "", id_number: "" }, representative);
    if (until) given.until = until;
    if (this.options.number) given.case = this.options.number;
    else if (bundle && bundle !== OTHER) given.bundle = bundle;
    return given;
  },
  send() {
    return this.work(async () => {
      this.found = {};
      try {
        await ask("POST", "/mandates", this.request());
      } catch (trouble) {
        if (!trouble || !trouble.problems || !trouble.problems.length) throw trouble;
        this.refused(trouble.problems, trouble.code === "request_rejected");
        return;
      }
      this.leaveWord(this.data.w.mandate_made);
      this.back();
    });
  },
  // Where a field is empty or no value at all, the server knows no name for it: the page says which one it is.
  refused(problems, nameless) {
    const fields = this.fields();
    const own = (one) => fields.find(({ pointer }) => within(one.pointer, pointer) || within(pointer, one.pointer));
    const said = (one) => {
      const at = own(one);
      return nameless && at ? this.say("mend_field", { title: this.told(at.title) }) : this.told(one);
    };
    for (const one of problems) {
      const place = (own(one) || one).pointer;
      this.found[place] = (this.found[place] || []).concat([said(one)]);
    }
    this.setData({
      problems: problems.map((one) => ({ key: one.pointer + one.code, text: said(one) })),
      summary: this.say("problems", { count: problems.length }),
    });
    this.redraw();
    wx.pageScrollTo({ scrollTop: 0 });
  },
})));
