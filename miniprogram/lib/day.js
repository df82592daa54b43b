// A day as people read it: in goes 2026-03-09, out comes the date with its day of the week.
const { say, words } = require("./words");

function dayOf(locale, iso) {
  const [year, month, day] = iso.split("-").map(Number);
  const weekday = words(locale)["weekday_" + new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return say(locale, "on_day", { month, day, weekday });
}

// The same with its year, for days that may be long ago.
function dateOf(locale, iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return say(locale, "a_day", { year, month, day });
}

module.exports = { dateOf, dayOf };
