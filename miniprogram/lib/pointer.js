// Answers by pointer: in go answers and a place such as /heirs/0/name, out come newer answers; rows in and out.
function parts(pointer) {
  return pointer.split("/").slice(1);
}

// Newer answers with `value` at the place; null takes an answer away.
function put(answers, pointer, value) {
  const [role, ...rest] = parts(pointer);
  const newer = Object.assign({}, answers);
  if (rest.length === 1) {
    newer[role] = filled(answers[role] || {}, rest[0], value);
    if (!Object.keys(newer[role]).length) delete newer[role];
    return newer;
  }
  const rows = (answers[role] || []).slice();
  while (rows.length <= Number(rest[0])) rows.push({});
  rows[Number(rest[0])] = filled(rows[Number(rest[0])], rest[1], value);
  newer[role] = rows;
  return newer;
}

function filled(group, key, value) {
  const newer = Object.assign({}, group);
  if (value === null) delete newer[key];
  else newer[key] = value;
  return newer;
}

// What stands at a place: undefined for nothing said, null for taken away.
function valueAt(answers, pointer) {
  let found = answers;
  for (const part of parts(pointer)) {
    if (found === undefined || found === null) return undefined;
    if (Object.keys(found).indexOf(part) < 0) return undefined;
    found = found[part];
  }
  return found === undefined ? null : found;
}

function withRow(answers, role) {
  return Object.assign({}, answers, { [role]: (answers[role] || []).concat([{}]) });
}

function withoutRow(answers, role, index) {
  const rows = (answers[role] || []).filter((_, at) => at !== index);
  const newer = Object.assign({}, answers);
  if (rows.length) newer[role] = rows;
  else delete newer[role];
  return newer;
}

module.exports = { parts, put, valueAt, withRow, withoutRow };
