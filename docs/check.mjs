/** Checks the built site: each page has one heading of the first level, and each link leads to a page and an anchor that exist. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const site = resolve(dirname(fileURLToPath(import.meta.url)), '../target/site')
const pages = readdirSync(site, { recursive: true }).filter((file) => file.endsWith('.html'))
const own = pages.filter((page) => page !== '404.html' && !page.startsWith('api/'))
const anchors = new Map()
const problems = new Map()

/** Notes a problem of a page. A link that many pages have is reported once. */
function report(problem, page) {
  problems.set(problem, (problems.get(problem) ?? new Set()).add(page))
}

function read(page) {
  return readFileSync(join(site, page), 'utf8')
}

/** The anchors of a page. */
function anchorsOf(page) {
  if (!anchors.has(page)) anchors.set(page, new Set([...read(page).matchAll(/\sid="([^"]+)"/g)].map((match) => match[1])))
  return anchors.get(page)
}

/** The file that a web server delivers for a path, or null. */
function fileOf(path) {
  const candidates = [path, `${path}.html`, join(path, 'index.html')]
  return candidates.find((candidate) => existsSync(join(site, candidate)) && statSync(join(site, candidate)).isFile()) ?? null
}

for (const page of own) {
  const html = read(page)
  const headings = html.match(/<h1[\s>]/g)?.length ?? 0
  if (headings !== 1) report(`${headings} headings of the first level instead of one`, page)
  for (const [, , link] of html.matchAll(/<(a|img|link|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
    if (/^\w+:/.test(link)) continue
    const [path, anchor] = link.split('#')
    const target = path === '' ? page : fileOf(path.startsWith('/') ? path.slice(1) : relative(site, resolve(join(site, dirname(page)), path)))
    if (target === null) report(`a link to ${link}, which does not exist`, page)
    else if (anchor && !anchorsOf(target).has(decodeURIComponent(anchor))) report(`a link to ${link}, but that page has no such anchor`, page)
  }
}

for (const [problem, [first, ...others]] of problems) {
  console.error(`${first}${others.length ? ` and ${others.length} more` : ''}: ${problem}`)
}
if (problems.size) process.exit(1)
console.log(`${own.length} pages: one heading each, and every link leads somewhere`)
