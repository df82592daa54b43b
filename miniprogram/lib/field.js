// Drawing a field: in go a field of the plan and a language, out come plain texts and marks for the template.
// Nothing is decided here: what is shown, required or wrong is what the plan says.
const { say, told, words } = require("./words");

const FEW = 5;
const TICKS = { yes_no: "radio", choice: "radio", many: "many", tick: "tick", long_text: "long" };

function kindOf(field) {
  if (field.withheld) return "withheld";
  // Whoever signed in is proven: what is known of them is shown and not typed.
  if (field.supply === "login" && valueOf(field)) return "own";
  if (field.widget === "choice" && field.options.length > FEW) return "picker";
  return TICKS[field.widget] || "line";
}

function optionsOf(field, locale) {
  if (field.widget === "yes_no") {
    const w = words(locale);
    return [
      { value: "true", label: w.yes, checked: field.value === true },
      { value: "false", label: w.no, checked: field.value === false },
    ];
  }
  const chosen = Array.isArray(field.value) ? field.value : [field.value];
  return field.options.map((one) => ({
    value: one.value,
    label: told(locale, one.label),
    checked: chosen.indexOf(one.value) >= 0,
  }));
}

function sourceOf(field, { locale, mandated, sources }) {
  if (field.supply === "login" && field.value !== null) {
    return mandated ? words(locale).by_mandate : words(locale).by_login;
  }
  const source = field.source && sources ? told(locale, sources[field.source]) : "";
  return source ? say(locale, "shared_from", { source }) : "";
}

function hintOf(field, locale) {
  if (field.help) return told(locale, field.help);
  const forms = { date: "date_form", month: "month_form", moment: "moment_form" };
  return forms[field.widget] ? words(locale)[forms[field.widget]] : "";
}

function valueOf(field) {
  if (field.value === null || field.value === undefined) return "";
  const written = String(field.value);
  return field.widget === "moment" ? written.replace("T", " ") : written;
}

// Why it is asked, and for which agencies.
function whyOf(field, locale, agencies) {
  const named = field.needed_by.map((slot) => agencies[slot]).filter(Boolean);
  const once = named.filter((one, at) => named.indexOf(one) === at);
  const why = told(locale, field.why);
  return once.length ? why + " " + say(locale, "needed_by", { agencies: once.join("、") }) : why;
}

// The agencies' titles by slot.
function agenciesOf(plan, locale) {
  const found = {};
  for (const slot of plan.slots) found[slot.slot] = told(locale, slot.agency);
  return found;
}

// What of a plan its fields are drawn with: the agencies, findings by place, names of sources, and whether a
// mandate says who applies.
function around(plan, locale, mandated) {
  const found = {};
  for (const one of plan.problems) (found[one.pointer] = found[one.pointer] || []).push(told(locale, one.text));
  return { locale, agencies: agenciesOf(plan, locale), found, sources: plan.sources, mandated };
}

// One field as the template takes it; `owner` names whose it is where a label alone would not say.
function drawField(field, about, owner) {
  const { locale, agencies, found } = about;
  const options = optionsOf(field, locale);
  const label = told(locale, field.title);
  const errors = found[field.pointer] || [];
  return {
    pointer: field.pointer,
    widget: field.widget,
    kind: kindOf(field),
    label,
    spoken: (owner && owner !== label ? owner + " " + label : label),
    optional: !field.required && !field.withheld,
    required: String(field.required),
    options,
    labels: options.map((one) => one.label),
    at: options.findIndex((one) => one.checked),
    chosen: options.filter((one) => one.checked).map((one) => one.label).join("、"),
    ticked: field.value === true,
    value: valueOf(field),
    typing: field.widget === "number" ? "digit" : "text",
    longest: field.max_length || -1,
    hint: hintOf(field, locale),
    why: whyOf(field, locale, agencies),
    source: sourceOf(field, about),
    withheld: told(locale, field.withheld),
    errors,
    invalid: String(errors.length > 0),
  };
}

// One section with its blocks; a block of a list can be removed.
function drawSection(section, about) {
  return {
    section: section.section,
    title: told(about.locale, section.title),
    many: section.many || [],
    blocks: section.blocks.map((block) => drawBlock(block, about)),
  };
}

function drawBlock(block, about) {
  const title = told(about.locale, block.title);
  const fields = block.fields.map((field) => drawField(field, about, title));
  return {
    key: block.role + "/" + block.index,
    role: block.role,
    index: block.index === null || block.index === undefined ? -1 : block.index,
    title,
    remove: say(about.locale, "remove_row", { title }),
    fields: fields.filter((one) => one.kind !== "withheld"),
    held: byHolder(fields.filter((one) => one.kind === "withheld")),
  };
}

// What joins at submission, once for each register that holds it.
function byHolder(fields) {
  const found = [];
  for (const field of fields) {
    const group = found.find((one) => one.text === field.withheld);
    if (group) group.fields.push(field);
    else found.push({ text: field.withheld, fields: [field] });
  }
  return found;
}

function fieldsOf(section) {
  return section.blocks.reduce((all, block) => all.concat(block.fields), []);
}

// What a check shows of a field: its label and its value in words.
function drawAnswer(field, locale) {
  const drawn = drawField(field, { locale, agencies: {}, found: {} });
  const yes = field.widget === "tick" && field.value === true ? words(locale).yes : "";
  const shown = drawn.withheld || drawn.chosen || yes || (drawn.options.length ? "" : drawn.value);
  const wanting = field.widget === "tick" || !shown;
  return { pointer: field.pointer, label: drawn.label, shown: wanting && !yes && !shown ? words(locale).empty : shown };
}

module.exports = { agenciesOf, around, drawAnswer, drawField, drawSection, fieldsOf };
