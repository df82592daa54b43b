// What a case waits for: in goes one thing from the server, out come its words, its day and what is left of it.
const { dayOf } = require("./day");
const { say, told, words } = require("./words");

const KINDS = {
  correction: "wanted_correction",
  untold: "wanted_untold",
  paper: "wanted_paper",
  booking: "wanted_booking",
  call: "wanted_call",
};

// What it is about; `said` is who will call.
function whatOf(locale, one) {
  return say(locale, KINDS[one.kind], { title: told(locale, one.title), said: told(locale, one.said) });
}

function leftOf(locale, left) {
  if (left === null || left === undefined) return "";
  const w = words(locale);
  if (left < 0) return w.wanted_past;
  return left ? say(locale, "wanted_left", { count: left }) : w.wanted_today;
}

// Until when; a paper's day is counted once its item has been accepted.
function untilOf(locale, one) {
  if (one.by) return say(locale, "wanted_by", { day: dayOf(locale, one.by) });
  return one.within ? say(locale, "wanted_within", { limit: told(locale, one.within) }) : "";
}

function actOf(locale, one) {
  const title = told(locale, one.title);
  if (!one.may || one.kind === "call") return "";
  if (one.kind === "correction") return say(locale, "correct_item", { title });
  if (one.kind === "untold") return say(locale, "untold_item", { title });
  return one.kind === "paper" ? say(locale, "paper_for", { title }) : say(locale, "book_for", { title });
}

// One thing to do as a page shows it.
function drawTodo(locale, one) {
  return {
    key: [one.kind, one.slot, one.material || ""].join("/"),
    kind: one.kind,
    slot: one.slot,
    material: one.material || "",
    what: whatOf(locale, one),
    until: untilOf(locale, one),
    left: leftOf(locale, one.left),
    late: one.left !== null && one.left !== undefined && one.left < 0,
    after: one.kind === "paper" ? told(locale, one.said) : "",
    act: actOf(locale, one),
    closed: one.may ? "" : words(locale).not_covered,
  };
}

module.exports = { drawTodo, leftOf, untilOf, whatOf };
