// Who receives what: in go a plan and a language, out comes each agency with the labels of its fields.
const { agenciesOf, fieldsOf } = require("./field");
const { told } = require("./words");

function receivers(plan, locale) {
  const agencies = agenciesOf(plan, locale);
  const found = {};
  for (const section of plan.sections) {
    for (const field of fieldsOf(section)) {
      for (const slot of field.needed_by) {
        const labels = (found[agencies[slot]] = found[agencies[slot]] || []);
        const label = told(locale, field.title);
        if (labels.indexOf(label) < 0) labels.push(label);
      }
    }
  }
  return Object.keys(found).map((agency) => ({ agency, labels: found[agency] }));
}

module.exports = { receivers };
