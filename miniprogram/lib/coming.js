// How results come and how often somebody has to: in goes the server's word, out come lines to read.
const { say, told, words } = require("./words");

function drawComing({ way, items, visits, over }, locale) {
  const w = words(locale);
  const listed = (texts) => texts.map((each) => told(locale, each)).join(locale === "en" ? ", " : "、");
  const chosen = way && say(locale, "coming_way", { way: told(locale, way), titles: listed(items) });
  const few = visits.length === 1 ? w.coming_once : say(locale, "coming_count", { count: visits.length });
  return {
    results: chosen ? [chosen, w.coming_others] : [w.coming_seen],
    visits: visits.length
      ? [few, ...visits.map((one) => say(locale, "coming_for", { title: told(locale, one.title), who: listed(one.who) }))]
      : [over ? w.coming_over : w.coming_none],
  };
}

module.exports = { drawComing };
