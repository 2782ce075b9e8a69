/**
 * Checks the text of the documentation: node lint.mjs. Needs no packages and less than a second. Each message names the page, the line, what is
 * wrong and what to do. The checks are the functions below. A comment before a paragraph, <!-- lint: NAME: reason -->, excepts it from one check.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const docs = dirname(fileURLToPath(import.meta.url))
const root = resolve(docs, '..')
const facts = JSON.parse(readFileSync(join(docs, 'facts.json'), 'utf8'))
const problems = []
let exceptions = 0

function report(page, line, problem) {
  problems.push(`${page.file}:${line}: ${problem}`)
}

/** A page: its front matter, its text without comments and code (lines stay), and its paragraphs. */
function read(file) {
  const source = readFileSync(join(root, file), 'utf8')
  const head = /^---\n([^]*?)\n---\n/.exec(source)
  const blank = (text) => text.replace(/[^\n]/g, ' ')
  const body = source.replace(/^---\n[^]*?\n---\n/, blank)
  const excepted = new Map()
  for (const { 1: name, index } of body.matchAll(/<!-- lint: (\w+): [^>]+ -->/g)) {
    excepted.set(name, [...(excepted.get(name) ?? []), index])
    exceptions++
  }
  const text = body.replace(/<!--[^]*?-->/g, blank)
  const prose = text.replace(/^```[^]*?^```$/gm, blank)
  return {
    file,
    name: file === 'README.md' ? 'index' : file.replace(/^docs\//, '').replace(/\.md$/, ''),
    front: head?.[1] ?? '',
    source,
    text,
    prose,
    words: text.split(/\s+/).filter(Boolean).length,
    lineOf: (index) => body.slice(0, index).split('\n').length,
    isExcepted: (check, index) => (excepted.get(check) ?? []).some((at) => at < index && body.slice(at, index).split(/\n\n/).length <= 2),
  }
}

function files(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === '.vitepress') return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? files(path) : path.endsWith('.md') ? [path] : []
  })
}

const all = [...files('docs'), 'README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...files('examples')].map(read)
const isRule = (page) => page.name.startsWith('rules/')
/** The pages that users read, except the rules. The README is the home page. */
const users = all.filter((page) => page.file === 'README.md' || (page.file.startsWith('docs/') && !page.name.startsWith('internals/') && !isRule(page) && page.file !== 'docs/index.md'))

/** Each page says in its front matter what it is for. Search engines and previews of links show it. */
function purposes() {
  const seen = new Map()
  for (const page of users) {
    if (page.file === 'README.md') continue
    const purpose = /^purpose: (.+)$/m.exec(page.front)?.[1]
    if (!purpose) report(page, 1, 'has no purpose: begin the page with ---, purpose: one sentence, ---')
    else if (purpose.length > 140) report(page, 2, `its purpose has ${purpose.length} characters: write at most 140`)
    else if (seen.has(purpose)) report(page, 2, `has the same purpose as ${seen.get(purpose)}`)
    seen.set(purpose, page.name)
  }
}

/** The first paragraph says what most readers came for. */
function firstSentences() {
  for (const page of users) {
    if (page.file === 'README.md') continue
    const paragraph = page.prose.split(/\n\n+/).find((part) => part.trim() && !/^\s*(#|!\[|<|\|)/.test(part)) ?? ''
    const words = paragraph.split(/\s+/).filter(Boolean).length
    if (words > 75) report(page, page.lineOf(page.prose.indexOf(paragraph)), `its first paragraph has ${words} words: write at most 75`)
  }
}

/** Numbers that many pages name are equal. */
function values() {
  const version = /<version>(.+?)<\/version>/.exec(readFileSync(join(root, 'pom.xml'), 'utf8'))[1]
  for (const [name, { is, pattern }] of Object.entries(facts.values)) {
    const expected = is === 'pom.xml' ? version : is
    for (const page of users) {
      for (const match of page.text.matchAll(new RegExp(pattern, 'g'))) {
        if (match[1] !== expected && !page.isExcepted('value', match.index)) {
          report(page, page.lineOf(match.index), `${name} is ${match[1]} here, and ${expected} elsewhere`)
        }
      }
    }
  }
}

const slug = (heading) => heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[\s~`!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+/g, '-').replace(/^-|-$/g, '').toLowerCase()
const pages = new Map(all.map((page) => [page.file, page]))

/** The text of a page from a heading to the next one of its level, or null. */
function section(page, anchor) {
  if (!anchor) return page.text
  const lines = page.text.split('\n')
  const start = lines.findIndex((line) => /^#+ /.test(line) && slug(line.replace(/^#+ /, '')) === anchor)
  if (start < 0) return null
  const level = /^#+/.exec(lines[start])[0].length
  const end = lines.findIndex((line, index) => index > start && new RegExp(`^#{1,${level}} `).test(line))
  return lines.slice(start, end < 0 ? undefined : end).join('\n')
}

/** Each link leads to a file and a heading. bin/site checks the pages of the site again, after VitePress. */
function links() {
  for (const page of all) {
    for (const match of page.prose.matchAll(/(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g)) {
      const [, picture, , href] = match
      if (/^(\w+:|\/)/.test(href)) continue
      const [path, anchor] = href.split('#')
      const target = path ? normalize(join(dirname(page.file), path)).replace(/\/$/, '') : page.file
      const line = page.lineOf(match.index)
      if (!existsSync(join(root, target))) {
        report(page, line, `a link to ${href}, which does not exist`)
        continue
      }
      const file = pages.get(statSync(join(root, target)).isDirectory() ? join(target, 'README.md') : target)
      if (!file || picture) continue
      const content = section(file, anchor)
      if (content === null) {
        report(page, line, `a link to ${href}: ${target} has no such heading`)
      }
    }
  }
}

/** A promise of exact counts links to its conditions, and its paragraph says that it needs room in the map. */
function promises() {
  const promise = /\b(exactly once|exactly one of|exact counts|exact totals?|no packet is lost|lost or (counted twice|doubled))\b/i
  const unconditional = /\b(counted (exactly )?once|exactly one (of|printed)|each count is in|each packet (counts|is counted) |no (packet|count)s? (is|are) lost|los(es|ing) (no|a) (packet|count)|never lose)/i
  for (const page of users) {
    const match = promise.exec(page.prose)
    if (match && !/#when-rotate-is-exact|limits(\.md)?#counts/.test(page.text) && page.name !== 'guide/rotate' && page.name !== 'limits') {
      report(page, page.lineOf(match.index), `"${match[0]}": link to guide/rotate.md#when-rotate-is-exact or limits.md#counts on this page`)
    }
    for (const paragraph of page.prose.matchAll(/(?:.+\n?)+/g)) {
      const promised = unconditional.exec(paragraph[0])
      if (promised && !/\b(room|full)\b/.test(paragraph[0])) {
        report(page, page.lineOf(paragraph.index + promised.index), `"${promised[0]}": say in this paragraph that it holds as long as the map has room`)
      }
    }
  }
}

/** A measured time has a date, on its line, in its paragraph or table, or in the text around the table. */
function dates() {
  const date = /\b(November|December|January) 20\d\d\b/
  for (const page of users) {
    if (page.name.startsWith('reference/command') || date.test(page.prose)) continue
    for (const match of page.prose.matchAll(/\b\d[\d.,]*(?: to \d[\d.,]*)? (ns|µs)\b/g)) {
      if (!page.isExcepted('date', match.index)) report(page, page.lineOf(match.index), `"${match[0]}" has no date on this page: say when and where it was measured`)
    }
  }
}

/** Addresses of pages in sources lead to pages that exist. */
function addresses() {
  const sources = ['schema', 'btf', 'lint', 'runtime', 'processor', 'tools', 'integrations', 'examples']
  const walk = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      if (['target', 'node_modules', '.git', 'test'].includes(entry.name)) return []
      const path = join(folder, entry.name)
      return entry.isDirectory() ? walk(path) : /\.(java|md|yml|xml)$/.test(entry.name) ? [path] : []
    })
  for (const file of sources.flatMap(walk)) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [address, page] of text.matchAll(/https:\/\/nestmap\.dev\/([a-z/-]+[a-z])\b/g)) {
      if (!existsSync(join(docs, `${page}.md`)) && page !== 'rules') problems.push(`${file}: ${address} is no page`)
    }
    for (const [, page] of text.matchAll(/\b(docs\/[\w/-]+\.md)\b/g)) {
      if (!existsSync(join(root, page))) problems.push(`${file}: ${page} does not exist`)
    }
  }
}

/** The page about deployment names each system property that the runtime reads. */
function settings() {
  const page = pages.get('docs/production/deploy.md')
  for (const folder of ['runtime/src/main', 'natives/src/main', 'memory/src/main', 'integrations']) {
    for (const file of readdirSync(join(root, folder), { recursive: true }).filter((each) => each.endsWith('.java') && !/(^|\/)(test|target)\//.test(each))) {
      const source = readFileSync(join(root, folder, file), 'utf8')
      if (!/\b(System\.getProperty|Boolean\.getBoolean|Integer\.getInteger|Long\.getLong)\(/.test(source)) continue
      for (const [, name] of source.matchAll(/"(nestmap\.\w+)"/g)) {
        if (!page.text.includes(`| \`${name}\` |`)) problems.push(`${join(folder, file)}: the table of ${page.file} lacks the system property ${name}`)
      }
    }
  }
}

/** A number that a page takes from a published measurement: <!-- from: jdk25.json get-hash nestmapNanos --> stands after it, in its cell. */
function measurements() {
  for (const page of all) {
    for (const match of page.source.matchAll(/<!-- from: (\S+) (\S+) (\w+) -->/g)) {
      const [, file, name, field] = match
      const row = [file.replace('.json', '-rows.json'), file] // rows that were measured again go before
        .map((each) => join(docs, 'internals/measurements/benchmarks', each))
        .filter(existsSync)
        .flatMap((each) => JSON.parse(readFileSync(each, 'utf8')).results)
        .find((each) => each.name === name)
      const written = /([\d,.]+)(?: ns)?\**$/.exec(page.source.slice(0, match.index).trimEnd())?.[1]?.replaceAll(',', '')
      const digits = /\.(\d+)$/.exec(written ?? '')?.[1].length ?? 0
      if (written !== row?.[field].toFixed(digits)) {
        report(page, page.source.slice(0, match.index).split('\n').length, `says ${written}, and ${field} of ${name} in ${file} is ${row?.[field].toFixed(digits)}`)
      }
    }
  }
}

/**
 * A picture shows the API as it is: a method that it calls has the result that the next text of the picture names, as in
 * `tenant.rotate(8080)` and `Displaced: map 18`.
 */
function pictures() {
  const read = (folder) => readdirSync(join(root, folder), { recursive: true }).filter((file) => file.endsWith('.java')).map((file) => readFileSync(join(root, folder, file), 'utf8'))
  const api = [...read('runtime/src/main'), ...read('processor/src/test/resources/golden')].join('\n')
  for (const file of readdirSync(join(docs, 'pictures'))) {
    const texts = [...readFileSync(join(docs, 'pictures', file), 'utf8').matchAll(/>\s*([^<>]+?)\s*</g)].map((match) => match[1]).filter((text) => text.trim())
    texts.forEach((text, index) => {
      const method = /^(?:\w+ = )?(?:\w+\.)*(\w+)\(.*\)(?:\.(\w+)\(.*\))?$/.exec(text)
      if (!method || !text.includes('.')) return
      for (const name of method.slice(1).filter(Boolean)) {
        if (!new RegExp(`\\b${name}\\(`).test(api)) problems.push(`docs/pictures/${file}: "${text}", but nothing in the runtime or in generated classes is called ${name}`)
      }
      const result = /^([A-Z]\w+): /.exec(texts[index + 1] ?? '')?.[1]
      if (result && !new RegExp(`\\b${result}(<.*>)? ${method[2] ?? method[1]}\\(`).test(api)) {
        problems.push(`docs/pictures/${file}: "${text}" does not return a ${result}`)
      }
    })
  }
}

/** A gap that somebody has marked is filled before a page is published. */
function gaps() {
  for (const page of all) {
    for (const { index } of page.source.matchAll(/<!-- missing: /g)) report(page, page.source.slice(0, index).split('\n').length, 'a gap: fill it')
  }
}

/** Each page is three links from the home page at most, without the navigation. */
function reachable() {
  const distances = new Map([['README.md', 0]])
  for (const [file, distance] of distances) {
    if (distance === 3) continue
    for (const [, href] of pages.get(file).prose.matchAll(/\]\(([^)#\s]+\.md)/g)) {
      const target = normalize(join(dirname(file), href))
      if (pages.has(target) && !distances.has(target)) distances.set(target, distance + 1)
    }
  }
  for (const page of users) if (!distances.has(page.file)) report(page, 1, 'is more than three links away from README.md: link to it from a page that readers of this topic see')
}

for (const check of [purposes, firstSentences, values, links, promises, dates, addresses, settings, measurements, pictures, gaps, reachable]) check()
if (exceptions > 20) problems.push(`${exceptions} exceptions (<!-- lint: ... -->): at most 20 are allowed in all pages`)
problems.forEach((problem) => console.error(problem))
const words = users.reduce((sum, page) => sum + page.words, 0)
console.log(`${users.length} pages for users, ${words} words, ${all.filter(isRule).length} rules, ${exceptions} exceptions, ${problems.length} problems`)
if (problems.length) process.exit(1)
