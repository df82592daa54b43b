// Every word of this program that is not the plan's or the case's: key, Chinese, English.
const AFTER_FILING = require("./words_case");

const FILING = {
  site: ["一件事一次办", "One thing once"],
  events: ["我要办理", "What would you like to do"],
  events_hint: ["一次告知、一张表单、一次提交", "Told once, one form, one submission"],
  items_up_to: ["最多涉及 {count} 个事项", "up to {count} items"],
  lead: ["牵头部门：{agency}", "Lead agency: {agency}"],
  begin: ["开始办理", "Begin"],
  go_on: ["继续填写", "Go on"],
  my_cases: ["我的办件", "My cases"],
  my_mandates: ["我的委托", "My mandates"],
  large_on: ["使用大字版", "Large type"],
  large_off: ["使用标准字号", "Standard type"],
  other_language: ["English", "中文"],
  sign_in: ["登录", "Sign in"],
  sign_out: ["退出登录", "Sign out"],
  signed_out: ["已退出登录，本机上未提交的内容已清除", "Signed out; nothing of yours is left on this phone"],
  sign_in_hint: ["登录后可以办理和查询本人的事项", "Sign in to file and follow your own cases"],
  sign_in_wechat: ["微信登录", "Sign in with WeChat"],
  sign_in_development: ["演示登录", "Development sign-in"],
  development_hint: [
    "演示环境：姓名和身份证号码未经核验，请勿填写真实信息",
    "Demonstration: name and number are not checked; do not use real ones",
  ],
  your_name: ["姓名", "Name"],
  your_number: ["身份证号码", "Identity number"],
  identity: ["实名认证", "Prove who you are"],
  identity_hint: [
    "完成实名认证后，可以提交申请、查看本人名下的办件",
    "Once it is proven who you are, you can file and see all your cases",
  ],
  identity_proven: ["已完成实名认证：{name}", "Proven: {name}"],
  identity_go: ["前往{portal}认证", "Prove it at: {portal}"],
  identity_returns: ["认证完成后自动返回本程序", "You come back here when it is done"],
  identity_none: [
    "目前不能在线认证，请携带居民身份证到窗口办理",
    "It cannot be done here at present; please come to the window with your identity card",
  ],
  identity_no_ticket: ["认证没有完成，可以重新认证", "It was not finished; you can try again"],
  identity_not_opened: ["认证程序没有打开，请稍后再试", "The identity program did not open; please try again"],
  identity_done: ["实名认证已完成", "It is proven who you are"],
  identity_later: ["暂不认证", "Not now"],
  identity_on: ["继续", "Go on"],
  whom: ["为谁办理", "For whom do you file"],
  whom_self: ["本人", "Myself"],
  whom_other: ["受{name}委托办理", "For {name}, under their mandate"],
  heard_title: ["办件通知", "How you are told"],
  coming_title: ["结果送达和本人到场", "Results, and coming in person"],
  coming_results: ["结果送达", "How results come"],
  coming_way: ["{way}：{titles}", "{way}: {titles}"],
  coming_others: [
    "其他事项不另选送达方式；办理结果都可以在“我的办件”中查看",
    "The other items have no such choice; all results are shown under “My cases”",
  ],
  coming_seen: ["办理结果都可以在“我的办件”中查看", "All results are shown under “My cases”"],
  coming_visits: ["本人到场", "Coming in person"],
  coming_none: ["不用本人到场", "Nobody has to come in person"],
  coming_over: ["不用再到场", "Nobody has to come any more"],
  coming_once: ["需要到场 1 次", "Once"],
  coming_count: ["需要到场 {count} 次", "{count} times"],
  coming_for: ["{title}（{who}）", "{title} ({who})"],
  earlier: ["同一当事人办过这件事", "The same person has a case of this life event"],
  earlier_ended: ["{day}办结（{state}）", "ended on {day} ({state})"],
  earlier_open: ["{day}提交（{state}），尚未办结", "filed on {day} ({state}), not ended"],
  earlier_hint: [
    "请先核对，不要重复办理；确需另办的，可以继续",
    "Please check first, so that nothing is filed twice; where it is another matter, go on",
  ],
  earlier_open_hint: [
    "尚未办结的，不能重复提交；需要补充或者变更的，请在原办件中办理",
    "What has not ended cannot be filed again: add to it, or change it, in that case",
  ],
  situations: ["基本情况", "Your situation"],
  situations_hint: ["根据您的回答，只列出需要办理的事项和需要填写的内容", "Only what your answers call for is asked"],
  next: ["下一步", "Next"],
  back: ["返回", "Back"],
  notice: ["信息使用告知", "How your information is used"],
  notice_receives: ["以下部门将收到您填写的信息", "These agencies receive what you fill in"],
  notice_shared: ["经您同意，以下信息由数据共享平台提供，不用填写", "With your consent these come from registers and need no typing"],
  notice_agree: ["同意查询并继续", "Agree and go on"],
  notice_decline: ["不同意，自行填写", "Do not agree, fill in everything"],
  sections: ["填写内容", "What to fill in"],
  sections_done: ["已完成 {done} 项，共 {all} 项", "{done} of {all} done"],
  state_done: ["已完成", "Done"],
  state_open: ["待填写", "To fill in"],
  state_wrong: ["有 {count} 处需要补充或改正", "{count} to complete or mend"],
  materials: ["上传材料", "Papers"],
  materials_none: ["您的情况不需要上传材料", "No papers are needed"],
  materials_shared: ["以下材料由部门共享获取，不用提交", "These are shared between agencies; you need not bring them"],
  may_follow: ["可以后补", "may follow"],
  paper_after: [
    "选“以后补”的，补交期限自该事项受理之日起计算，受理后显示具体日期；逾期未补交的，该事项尚未办结的视为撤回申请，已办结的由作出决定的部门处理",
    "Of what you bring later, the time counts from the day the item is accepted, and the day is shown then; if it does not come in time, the filing of that item counts as withdrawn, or its agency acts where it has decided",
  ],
  paper_later: ["以后补，按期补交", "I bring it later, in time"],
  paper_none: ["没有这份材料", "I have no such paper"],
  papers_open: ["还有 {count} 份没有上传，也没有选择", "{count} neither uploaded nor spoken of"],
  photograph: ["拍照或选择图片：{title}", "Take or choose a picture: {title}"],
  photograph_again: ["重新上传：{title}", "Upload again: {title}"],
  uploading: ["正在上传…", "Uploading…"],
  uploaded: ["已上传", "Uploaded"],
  file_kinds: [
    "支持 JPG、PNG 图片和 PDF、OFD 文件，单个文件不超过 10 MB",
    "JPG or PNG pictures, PDF or OFD files, 10 MB at most each",
  ],
  choose_file: ["从微信聊天中选择文件：{title}", "Take a file from a WeChat chat: {title}"],
  check: ["核对信息", "Check your answers"],
  change: ["修改", "Change"],
  change_section: ["修改：{title}", "Change: {title}"],
  empty: ["未填写", "not filled in"],
  problems: ["有 {count} 处需要补充或改正", "{count} to complete or mend"],
  mend_field: ["请正确填写：{title}", "Please complete or mend: {title}"],
  nothing_wrong: ["填写完整，可以提交", "Complete; you can submit"],
  to_submit: ["去提交", "Go on to submission"],
  mend: ["去补充或改正", "Complete or mend it"],
  submit: ["提交", "Submit"],
  submit_title: ["确认并提交", "Confirm and submit"],
  submitting: ["正在提交…", "Submitting…"],
  pledge: ["承诺", "Declaration"],
  pledge_tick: ["我已阅读并作出以上承诺", "I have read this and declare it"],
  items: ["将办理以下 {count} 个事项", "These {count} items will be dealt with"],
  filed: ["已提交", "Submitted"],
  filed_and_told: ["已提交，办理进展将通过微信通知您", "Submitted; news of it comes through WeChat"],
  optional: ["（选填）", "(optional)"],
  yes: ["是", "Yes"],
  no: ["否", "No"],
  choose: ["请选择", "Choose"],
  shared_from: ["共享数据带出 · {source}", "From shared data · {source}"],
  by_login: ["来自登录身份", "From your sign-in"],
  by_mandate: ["由委托人在授权委托中提供，由系统带入", "Given by the person in their mandate"],
  needed_by: ["用于：{agencies}", "For: {agencies}"],
  date_form: ["格式：2026-03-01", "As 2026-03-01"],
  month_form: ["格式：2026-03", "As 2026-03"],
  moment_form: ["格式：2026-03-01 14:30", "As 2026-03-01 14:30"],
  add_row: ["添加一人", "Add a person"],
  remove_row: ["移除{title}", "Remove {title}"],
  save: ["保存", "Save"],
  saved: ["已保存", "Saved"],
  kept_here: ["网络不通，已暂存在本机，联网后自动保存", "No connection: kept on this phone and saved when it is back"],
  fields_changed: ["需要填写的内容有变化，请继续往下看", "What is asked has changed; please read on"],
  offline: ["网络连接不上，填写的内容已保留，请稍后再试", "No connection. Nothing is lost; please try again"],
  unexpected: ["系统暂时无法处理，请稍后再试", "This cannot be done just now; please try again"],
  loading: ["正在加载…", "Loading…"],
  mandates: ["我的委托", "My mandates"],
  mandates_hint: [
    "您可以查看谁能代您办理，并随时撤销",
    "See who may act for you, and end it at any time",
  ],
  mandates_none: ["没有有效的委托", "No mandate is in force"],
  mandate_new: ["委托他人代办", "Let somebody act for me"],
  mandate_new_hint: [
    "受托人只能办理您勾选的事项，您可以随时撤销",
    "They may do only what you tick, and you may end it at any time",
  ],
  mandate_for_case: ["仅用于办件 {number}", "Only for case {number}"],
  mandate_who: ["受托人", "Who acts for you"],
  mandate_who_other: ["亲友或其他人", "A relative or somebody else"],
  mandate_agent: ["代办员{name}", "Staff representative {name}"],
  mandate_name: ["受托人姓名", "Their name"],
  mandate_number: ["受托人身份证号码", "Their identity number"],
  mandate_scope: ["委托事项", "What they may do"],
  scope_file: ["提出申请", "File"],
  scope_follow: ["查询进度", "Follow"],
  scope_correct: ["补正材料", "Correct and bring papers"],
  scope_withdraw: ["撤回申请", "Withdraw"],
  scope_receive: ["领取回执", "Take the receipt"],
  mandate_last: ["截止日期", "The last day"],
  mandate_last_hint: ["格式：2026-03-31，最长一年", "As 2026-03-31, a year at most"],
  mandate_bundle: ["用于哪件事", "For which life event"],
  mandate_any: ["全部一件事", "Every life event"],
  mandate_signature: ["委托人签名", "Your signature"],
  mandate_signature_hint: ["填写您本人的姓名，视为签名", "Your own name: it counts as your signature"],
  mandate_send: ["确认委托", "Give the mandate"],
  mandate_made: ["委托已生效", "The mandate counts"],
  mandate_given: ["委托{name}代办", "{name} may act for you"],
  mandate_held: ["受{name}委托", "You act for {name}"],
  mandate_until: ["有效期至 {day}", "until {day}"],
  mandate_revoke: ["撤销{name}的委托", "End the mandate of {name}"],
  mandate_revoked: ["委托已撤销", "The mandate was ended"],
};

const WORDS = Object.assign({}, FILING, AFTER_FILING);

// The words of one language by key, as templates take them.
function words(locale) {
  const at = locale === "en" ? 1 : 0;
  const found = {};
  for (const key of Object.keys(WORDS)) found[key] = WORDS[key][at];
  return found;
}

// One sentence with its places filled.
function say(locale, key, given) {
  return words(locale)[key].replace(/\{(\w+)\}/g, (_, name) => String((given || {})[name]));
}

function text(key) {
  return { zh: WORDS[key][0], en: WORDS[key][1] };
}

// A text of the server's in the person's language.
function told(locale, both) {
  return both ? both[locale] || both.zh : "";
}

module.exports = { say, text, told, words };
