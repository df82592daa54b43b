// What a keyboard gave, in the standard's writing: full-width digits, days with strokes or characters, a small x.
const WRITTEN = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[\sT]*(\d{1,2})[:时点](?:(\d{1,2})分?)?)?$/;

function plainDigits(typed) {
  return typed.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}

function two(digits) {
  return String(Number(digits || 0)).padStart(2, "0");
}

function day(typed) {
  const plain = plainDigits(typed).replace(/：/g, ":");
  const found = WRITTEN.exec(plain);
  if (!found) return plain;
  const written = found[1] + "-" + two(found[2]) + "-" + two(found[3]);
  return found[4] === undefined ? written : written + "T" + two(found[4]) + ":" + two(found[5]);
}

// A number as the server takes numbers; what is none goes on as typed, for the server to complain about.
function number(typed) {
  const plain = plainDigits(typed);
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : plain;
}

function tidy(typed) {
  const plain = plainDigits(typed);
  const written = WRITTEN.exec(plain.replace(/：/g, ":"));
  if (written && written[4] !== undefined) return day(plain);
  if (/^\d{17}.$/.test(plain)) return plain.replace(/[xｘＸ]/g, "X");
  return /^\d+$/.test(plain) ? plain : typed;
}

// The answer that a field's text stands for, by the plan's widget; null for nothing typed.
function answerOf(widget, typed) {
  const trimmed = String(typed).trim();
  if (!trimmed) return null;
  if (widget === "number") return number(trimmed);
  return widget === "date" || widget === "moment" ? day(trimmed) : tidy(trimmed);
}

module.exports = { answerOf };
