const form = document.querySelector("[data-save]"), {save, away} = form?.dataset ?? {}
let owed
const post = (to, body) => fetch(to, {method: "POST", body})
const say = text => form.querySelector("output").textContent = text
const later = ms => {
 clearTimeout(owed)
 owed = setTimeout(keep, ms)
}
const keep = async () => {
 owed = clearTimeout(owed)
 try {
  const told = await (await post(save, new URLSearchParams(new FormData(form)))).json()
  say(told.text.trim())
  form.revision.value = told.revision
 } catch {
  say(away)
  later(4e3)
 }
}
if (form) {
 form.oninput = () => later(1e3)
 form.onchange = async ({target}) => {
  if (target.files) try {
   target.closest(".paper").querySelector(".kept").innerHTML = await (await post(target.dataset.to, new FormData(form))).text()
   target.value = ""
  } catch { say(away) }
 }
 form.onsubmit = async e => {
  if (!owed) return
  e.preventDefault()
  await keep()
  owed || form.requestSubmit(e.submitter)
 }
 onbeforeunload = e => { owed && e.preventDefault() }
}
