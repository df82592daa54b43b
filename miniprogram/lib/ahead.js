// What a correction would come to: in goes the server's foresight, out come groups of lines to look at first.
const { told, words } = require("./words");

const GROUPS = ["filed_anew", "kept_for_later", "goes_on", "withdrawn", "held_up", "added", "dropped"];

function drawAhead(foresight, locale) {
  const w = words(locale);
  const line = (one) => ({ title: told(locale, one.title), note: told(locale, one.agency) + " · " + told(locale, one.state_text) });
  const groups = GROUPS.map((name) => ({ title: w["ahead_" + name], lines: foresight[name].map(line) }));
  const orders = foresight.work_orders.map((one) => ({
    title: told(locale, one.title) || w.ahead_case,
    note: told(locale, one.text),
  }));
  return groups.concat([{ title: w.ahead_orders, lines: orders }]).filter((one) => one.lines.length);
}

module.exports = { drawAhead };
