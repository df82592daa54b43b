# ruff: noqa: E501 -- a sentence in both languages reads best on one line
"""What can be wrong with rules, in both languages: in goes a finding, out come what is wrong and the mend."""

from enum import StrEnum
from typing import Final, NamedTuple

from onething.text import Text


class Finding(StrEnum):
    """Every fault that stops rules from being loaded."""

    YAML = "yaml"
    SHAPE = "shape"
    LANGUAGE = "language"
    TWICE = "twice"
    BASIS = "basis"
    FACT = "fact"
    PARAMETER = "parameter"
    COLUMN = "column"
    RULES = "rules"
    ROW = "row"
    CIRCLE = "circle"
    KINDS = "kinds"
    WORD = "word"
    ORDER = "order"
    ZERO = "zero"
    MAYBE_ZERO = "maybe_zero"
    NEVER = "never"
    WIDE = "wide"
    OVERLAP = "overlap"
    BOUNDS = "bounds"
    CLASS = "class"
    REGION = "region"
    PLACE = "place"


class Wording(NamedTuple):
    """What is wrong, and how to mend it."""

    what: Text
    fix: Text


FINDINGS: Final[dict[Finding, Wording]] = {
    Finding.YAML: Wording(
        Text(zh="文件读不出来：{detail}", en="the file cannot be read: {detail}"),
        Text(zh="改成有效的 UTF-8 YAML", en="write valid YAML in UTF-8"),
    ),
    Finding.SHAPE: Wording(
        Text(zh="{name} 的写法不对：{detail}", en="{name} is not written as it should be: {detail}"),
        Text(zh="按 docs/reference/rules.md 填写", en="write it as docs/reference/rules.md says"),
    ),
    Finding.LANGUAGE: Wording(
        Text(zh="{name} 不是条件语言：{detail}", en="{name} is outside the condition language: {detail}"),
        Text(zh="只用 docs/reference/rules.md 列出的算子", en="use the operators of docs/reference/rules.md only"),
    ),
    Finding.TWICE: Wording(
        Text(zh="{name} 重复定义", en="{name} stands twice"),
        Text(zh="保留其中一个", en="keep one of the two"),
    ),
    Finding.BASIS: Wording(
        Text(zh="{name} 没有注明依据", en="{name} has no basis"),
        Text(zh="在 basis 写明法规条款或文件出处", en="cite the article or paper under basis"),
    ),
    Finding.FACT: Wording(
        Text(zh="{name} 用到的要素 {reference} 不存在", en="{name} names the unknown fact {reference}"),
        Text(zh="在 facts.yaml 中登记，或改为：{known}", en="declare it in facts.yaml, or take one of: {known}"),
    ),
    Finding.PARAMETER: Wording(
        Text(zh="{name} 用到的参数 {reference} 不存在", en="{name} names the unknown parameter {reference}"),
        Text(zh="在 parameters.yaml 中登记，或改为：{known}", en="declare it in parameters.yaml, or take one of: {known}"),
    ),
    Finding.COLUMN: Wording(
        Text(zh="{name} 用到的列或条件 {reference} 不存在", en="{name} names the unknown column or condition {reference}"),
        Text(zh="改为：{known}", en="take one of: {known}"),
    ),
    Finding.RULES: Wording(
        Text(zh="{name} 引用的规则 {reference} 不可用", en="{name} takes rules that it cannot take: {reference}"),
        Text(zh="在 takes 中列出一套以家庭为单位、且不回指本规则的规则", en="list under takes a rule set about the household that does not lead back here"),
    ),
    Finding.ROW: Wording(
        Text(zh="{name} 在逐行计算之内或之外误用了 {reference}", en="{name} uses {reference} inside or outside its rows wrongly"),
        Text(zh="逐行计算只能用本行要素、家庭要素和参数；多行要素须放在 sum、count、some、every 之内", en="rows may use their own facts, the household's and parameters; facts of rows stand inside sum, count, some or every"),
    ),
    Finding.CIRCLE: Wording(
        Text(zh="{name} 绕回到自身", en="{name} leads back to itself"),
        Text(zh="去掉循环引用", en="take one reference out of the circle"),
    ),
    Finding.KINDS: Wording(
        Text(zh="{name} 把数字与文字或是非放在一起", en="{name} mixes numbers with words or truths"),
        Text(zh="比较和计算的两边用同一类型", en="compare and compute values of one kind"),
    ),
    Finding.WORD: Wording(
        Text(zh="{name} 用到的选项 {word} 不存在", en="{name} uses the unknown option {word}"),
        Text(zh="改为：{known}", en="take one of: {known}"),
    ),
    Finding.ORDER: Wording(
        Text(zh="{name} 给没有大小的值排大小", en="{name} puts words or truths in order"),
        Text(zh="改用 eq、ne 或 in", en="use eq, ne or in"),
    ),
    Finding.ZERO: Wording(
        Text(zh="{name} 除以零", en="{name} divides by zero"),
        Text(zh="改正除数", en="mend the divisor"),
    ),
    Finding.MAYBE_ZERO: Wording(
        Text(zh="{name} 的除数可能为零", en="{name} may divide by zero"),
        Text(zh="用 case 先判断除数大于零，或为除数的要素、参数规定大于零的下限", en="test the divisor in a case first, or give its fact or parameter a min above zero"),
    ),
    Finding.NEVER: Wording(
        Text(zh="{name} 的条件互相矛盾，永远不会成立", en="{name} contradicts itself: it can never be true"),
        Text(zh="核对其中的界限和选项", en="check its bounds and options"),
    ),
    Finding.WIDE: Wording(
        Text(zh="{name} 的数值可能超过 38 位", en="{name} may need more than 38 digits"),
        Text(zh="缩小要素的 min、max 或小数位", en="narrow min, max or decimals of its facts"),
    ),
    Finding.OVERLAP: Wording(
        Text(zh="参数 {name} 在 {region}{kind} 自 {day} 起有两个有效值", en="parameter {name} has two values in force in {region}{kind} from {day}"),
        Text(zh="给较早的一个写上 to，或改正生效日期", en="end the earlier one with to, or mend its from"),
    ),
    Finding.BOUNDS: Wording(
        Text(zh="参数 {name} 的值 {value} 超出规定的范围或小数位", en="parameter {name}: {value} is outside its bounds, decimals or options"),
        Text(zh="范围 {low} 至 {high}，小数 {decimals} 位；选项 {known}", en="between {low} and {high} with {decimals} decimals; options {known}"),
    ),
    Finding.CLASS: Wording(
        Text(zh="{name} 的类别 {word} 不存在", en="{name}: there is no class {word}"),
        Text(zh="改为：{known}", en="take one of: {known}"),
    ),
    Finding.REGION: Wording(
        Text(zh="{name} 的行政区划代码 {word} 不对", en="{name}: {word} is no region code"),
        Text(zh="写 2、4、6、9 或 12 位数字，全国留空", en="write 2, 4, 6, 9 or 12 digits, or leave it empty for the nation"),
    ),
    Finding.PLACE: Wording(
        Text(zh="{name} 里的 {{{word}}} 不是列或参数", en="{name}: {{{word}}} is neither a column nor a parameter"),
        Text(zh="改为已有的列名或参数名", en="name a column or a parameter"),
    ),
}  # fmt: skip
