# ruff: noqa: E501, S608 -- one figure to a line reads best, and nothing in it comes from outside
"""Low income as a query written by hand: in goes nothing, out comes what the generated one is measured against."""

from datetime import date
from typing import Final

from onething.rule import Place

PLACE: Final = Place(on=date(2026, 3, 2), region="370614")
"""Penglai after the change: its standards stand in the query as figures."""
_MONTH: Final = PLACE.month
_BARE: Final = f"""
WITH counted AS (
    SELECT household,
        kind = 'income' AS earned, kind = 'spending' AS spent,
        code NOT IN ('preferential', 'family_planning', 'scholarship', 'bravery', 'assistance', 'childcare_subsidy',
                     'disability_subsidy', 'orphan_allowance') AS counts,
        code, amount
    FROM records WHERE month BETWEEN {_MONTH - 12} AND {_MONTH - 1}
), r AS (
    SELECT household,
        sum(CASE WHEN code = 'new_wage' THEN greatest(amount, 0) ELSE amount END) FILTER (WHERE earned AND counts) AS gross,
        bool_or((earned AND counts) IS NULL OR (earned AND counts AND amount IS NULL)) AS gross_unknown,
        sum(amount) FILTER (WHERE earned AND NOT counts) AS not_counted,
        bool_or((earned AND NOT counts) IS NULL OR (earned AND NOT counts AND amount IS NULL)) AS not_counted_unknown,
        sum(amount) FILTER (WHERE earned AND counts AND code = 'wage') AS wages,
        bool_or((earned AND counts AND code = 'wage') IS NULL OR (earned AND counts AND code = 'wage' AND amount IS NULL)) AS wages_unknown,
        {{spendings}}
    FROM counted GROUP BY household
), marked AS (
    SELECT *, disability_grade IN (1, 2) OR (disability_grade = 3 AND disability_kind IN ('intellectual', 'mental')) AS severe
    FROM persons
), classed AS (
    SELECT *, covered AND (age >= 70 OR age < 18 OR serious_illness OR severe) AS of_class FROM marked
), m AS (
    SELECT household, count(*) FILTER (WHERE of_family) AS people, count(*) FILTER (WHERE covered) AS covered,
        count(*) FILTER (WHERE of_family AND severe) AS severe,
        bool_or((of_family AND severe) IS NULL) AS severe_unknown,
        count(*) FILTER (WHERE of_class) AS of_class, bool_or(of_class) AS somebody,
        bool_or(of_class IS NULL) AS of_class_unknown
    FROM classed GROUP BY household
), base AS (
    SELECT h.*, CASE h.class WHEN 'urban' THEN 100100 WHEN 'rural' THEN 80000 END AS standard,
        coalesce(m.people, 0) AS people, coalesce(m.covered, 0) AS covered,
        CASE WHEN m.severe_unknown THEN NULL ELSE coalesce(m.severe, 0) END AS severe_people,
        CASE WHEN m.of_class_unknown THEN NULL ELSE coalesce(m.of_class, 0) END AS of_class,
        CASE WHEN m.somebody THEN true WHEN m.of_class_unknown THEN NULL ELSE false END AS somebody,
        CASE WHEN r.gross_unknown THEN NULL ELSE coalesce(r.gross, 0)::BIGINT END AS gross,
        CASE WHEN r.not_counted_unknown THEN NULL ELSE coalesce(r.not_counted, 0)::BIGINT END AS not_counted_income,
        CASE WHEN r.wages_unknown THEN NULL ELSE coalesce(r.wages, 0)::BIGINT END AS wages,
        {{spent}}
    FROM households AS h LEFT JOIN r ON r.household = h.household LEFT JOIN m ON m.household = h.household
), deducted AS (
    SELECT *, wages * 0 + work_cost * 0 AS work_deduction, medical * 0 AS illness_deduction,
        CASE WHEN education IS NULL OR gross IS NULL THEN NULL ELSE least(education * 0, gross * 0) END AS schooling_deduction,
        rent * 0 AS rent_deduction, severe_people * 0 AS disability_deduction,
        rehabilitation * 0 + disaster * 0 AS other_deduction
    FROM base
), net AS (
    SELECT *, work_deduction + illness_deduction + schooling_deduction + rent_deduction + disability_deduction
        + other_deduction AS deducted,
        CASE WHEN gross IS NULL OR work_deduction IS NULL OR illness_deduction IS NULL OR schooling_deduction IS NULL
            OR rent_deduction IS NULL OR disability_deduction IS NULL OR other_deduction IS NULL THEN NULL
        ELSE greatest(0, gross - work_deduction - illness_deduction - schooling_deduction - rent_deduction
            - disability_deduction - other_deduction) END AS net
    FROM deducted
), heads AS (
    SELECT *, (2 * net + 12) // 24 AS household_month, (2 * net * 12 + 12) // 24 AS household_year,
        CASE WHEN people > 0 THEN (2 * net + 12 * people) // (24 * people) END AS per_head,
        CASE WHEN people > 0 THEN (2 * money_assets + people) // (2 * people) END AS assets_per_head
    FROM net
), gaps AS (
    SELECT *, CASE WHEN net IS NULL THEN NULL
        WHEN class = 'rural' THEN (2 * greatest(0, standard * 12 * covered - household_year) + 12) // 24
        ELSE greatest(0, standard * covered - household_month) END AS gap
    FROM heads
), grants AS (
    SELECT *, CASE WHEN gap IS NULL THEN NULL ELSE greatest(gap, 0) END AS grant_,
        per_head < standard AS below_standard, covered > 0 AS somebody_covered,
        assets_per_head <= 24 * standard AS assets_within, vehicles <= 0 AS vehicles_within,
        dwellings <= 1 AS dwellings_within, business_premises <= 0 AND company_capital <= 0 AS business_within
    FROM gaps
), decided AS (
    SELECT *, CASE WHEN somebody IS NULL THEN NULL WHEN somebody THEN grant_ * 0 + of_class * 0 ELSE 0 END AS addition,
        assets_within AND vehicles_within AND dwellings_within AND business_within AS property_within,
        below_standard AND somebody_covered AND property_within AS eligible
    FROM grants
)
SELECT household, class, people, covered, gross, not_counted_income, wages, medical, education, rehabilitation, disaster,
    rent, work_cost, severe_people, work_deduction, illness_deduction, schooling_deduction, rent_deduction,
    disability_deduction, other_deduction, deducted, net, household_month, household_year, per_head, assets_per_head,
    gap, grant_ AS "grant", addition,
    CASE WHEN eligible IS NULL THEN NULL WHEN eligible THEN grant_ + addition ELSE 0 END AS payment,
    below_standard, somebody_covered, assets_within, vehicles_within, dwellings_within, business_within,
    property_within, eligible
FROM decided
"""
_SPENT: Final = ("medical", "education", "rehabilitation", "disaster", "rent", "work_cost")


def bare() -> str:
    """The query as somebody writes it who knows DuckDB, these rules and this place."""
    sums, unknowns = [], []
    for code in _SPENT:
        where = f"spent AND code = '{code}'"
        sums.append(
            f"sum(amount) FILTER (WHERE {where}) AS {code}, "
            f"bool_or(({where}) IS NULL OR ({where} AND amount IS NULL)) AS {code}_unknown"
        )
        unknowns.append(
            f"CASE WHEN r.{code}_unknown THEN NULL ELSE coalesce(r.{code}, 0)::BIGINT END AS {code}"
        )
    return _BARE.replace("{spendings}", ", ".join(sums)).replace("{spent}", ", ".join(unknowns))
