// Loads the page again once it was built anew, and shows what is wrong with the
// files it is made of. Only `tribune serve` adds this to pages.
'use strict'
const shown = document.currentScript.dataset.page
const box = document.createElement('aside')
box.className = 'tribune-preview'
box.setAttribute('aria-label', 'What tribune serve found')

const element = (name, className, text) => {
  const e = document.createElement(name)
  e.className = className
  e.textContent = text
  return e
}

const counted = problems =>
  ['error', 'warning', 'note']
    .map(severity => [problems.filter(p => p.severity === severity).length, severity])
    .filter(([n]) => n > 0)
    .map(([n, severity]) => `${n} ${severity}${n > 1 ? 's' : ''}`)
    .join(', ')

// show lists problems; open if there is no site for them.
const show = ({ failed, error, problems }) => {
  box.replaceChildren()
  box.hidden = !failed && problems.length === 0
  if (box.hidden) return
  const all = document.createElement('details')
  all.open = failed
  const what = counted(problems) || 'an error'
  all.append(element('summary', failed ? 'failed' : '', failed ? `Not built: ${what}. This is the site as it was.` : what))
  if (error) all.append(element('p', '', error))
  const list = document.createElement('ul')
  for (const p of problems) {
    const item = element('li', p.severity, '')
    item.append(element('code', '', p.place), ` ${p.severity}: ${p.message} (${p.rule})`)
    if (p.hint) item.append(element('p', '', p.hint))
    list.append(item)
  }
  if (problems.length > 0) all.append(list)
  box.append(all)
}

document.body.append(box)
box.hidden = true
const news = new EventSource(`/.preview/news?page=${encodeURIComponent(location.pathname)}`)
news.onmessage = event => {
  const told = JSON.parse(event.data)
  if (told.page !== shown) return location.reload()
  show(told)
}
