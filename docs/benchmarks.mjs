/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Writes the tables of internals/measurements/benchmarks.md and the plots in internals/measurements/benchmarks/ from the JSON files there: node benchmarks.mjs. bin/bench --publish calls it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const page = new URL('internals/measurements/benchmarks.md', import.meta.url)
const folder = new URL('internals/measurements/benchmarks/', import.meta.url)

const measured = ['jdk17', 'jdk25', 'jdk17-rows', 'jdk25-rows']
  .map((name) => new URL(`${name}.json`, folder))
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')))
if (!measured.length) throw new Error('docs/internals/measurements/benchmarks has no jdk17.json or jdk25.json: run bin/bench --publish')

const jdk = (run) => `JDK ${run.conditions.java.replace(/[.+].*/, '')}`

/** The results of each JDK. */
const runs = [...new Set(measured.map(jdk))].map((name) => {
  const same = measured.filter((run) => jdk(run) === name)
  const latest = new Map(same.flatMap((run) => run.results.map((row) => [row.name, row]))) // rows that were measured again replace earlier ones
  return { conditions: same[0].conditions, results: [...latest.values()] }
})
const newest = runs.at(-1)

const ratio = (row) => (row ? row.ratio.toFixed(row.ratio < 0.1 ? 3 : 2) : '')
/** Whether a row reaches what we want, as in Result.java. */
const verdict = (row) => (row.ratio <= row.reach ? 'ok' : row.lowerQuartile > row.reach ? 'short' : 'unclear')
const quartiles = (row) => (row ? `${row.lowerQuartile.toFixed(2)} to ${row.upperQuartile.toFixed(2)}` : '')
const find = (run, name) => run.results.find((row) => row.name === name)

/** A time in the unit in which it has few digits. */
function time(nanos) {
  if (nanos === 0) return '0'
  if (nanos >= 1e6) return `${(nanos / 1e6).toFixed(1)} ms`
  return nanos >= 1e4 ? `${(nanos / 1e3).toFixed(0)} µs` : `${nanos.toFixed(nanos < 100 ? 1 : 0)} ns`
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** The results in all their detail, with a column for each JDK. */
function results() {
  const names = [...new Set(runs.flatMap((run) => run.results.map((row) => row.name)))]
  const head = ['benchmark', 'compared with', ...runs.flatMap((run) => [`ratio, ${jdk(run)}`, 'quartiles']), 'reach', '', 'it takes', 'Nestmap takes', 'bytes']
  return table(
    head,
    names.map((name) => {
      const row = runs.map((run) => find(run, name)).findLast((found) => found)
      return [
        `\`${name}\``,
        row.rival,
        ...runs.flatMap((run) => [ratio(find(run, name)), quartiles(find(run, name))]),
        row.reach.toFixed(row.reach < 0.1 ? 3 : 2),
        verdict(row),
        time(row.rivalNanos),
        time(row.nestmapNanos),
        row.bytesPerOperation.toFixed(0),
      ]
    }),
  )
}

/** What the runs depend on. */
function conditions() {
  return measured
    .map(({ conditions }) => {
      const { date, kernel, cpu, cpus, load, java, libbpf, go, command } = conditions
      const parts = [`Linux ${kernel}`, `${cpus} CPUs (${cpu})`, `load average ${load} at the start`, `libbpf ${libbpf}`, go && `${go}`, `JDK ${java}`]
      return `- ${date}, \`${command}\`: ${parts.filter((part) => part).join(', ')}`
    })
    .concat(
      Number(measured[0].conditions.load) > Number(measured[0].conditions.cpus) // the other runs follow the first one
        ? ['', 'The machine was busy with other work. Then times on the clock (`rotate-drain`, `ring-live`) say little, and other rows have wide quartiles.']
        : [],
    )
    .join('\n')
}

const colours = {
  Nestmap: 'var(--vp-c-brand-1,#5672cd)',
  C: 'var(--vp-c-warning-1,#b57614)',
  'naive C': 'var(--vp-c-danger-1,#cf4a55)',
  Go: 'var(--vp-c-green-1,#2f8f5b)',
  'Go, fast': 'var(--vp-c-green-1,#2f8f5b)',
}
const quiet = 'var(--vp-c-text-1,#6e7681)'
const lineColour = 'var(--vp-c-text-3,#8b949e)'

const text = (x, y, content, options = '', style = '') => `  <text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${options} style="fill:${quiet};${style}">${content}</text>`

function svg(width, height, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" style="font:14px var(--vp-font-family-base,sans-serif);min-width:${width}px;max-width:${width}px;width:100%">\n${parts.join('\n')}\n</svg>\n`
}

/** The ratios of one benchmark on a line, below 1 on the left. */
function ratios(title, names) {
  const rows = names.map((name) => newest.results.filter((row) => row.benchmark === name)).filter((found) => found.length)
  const left = 20 + 7.5 * Math.max(...rows.map((found) => found[0].benchmark.length)) // no letter of our font is wider on average
  const [width, right, step, top] = [620, 20, 24, 52]
  const values = rows.flat().map((row) => row.ratio)
  const from = Math.log(Math.min(0.05, ...values) * 0.85)
  const to = Math.log(Math.max(2, ...values) * 1.15)
  const x = (value) => left + ((Math.log(value) - from) / (to - from)) * (width - left - right)
  const height = top + rows.length * step + 10
  const parts = [text(10, 18, title, '', 'font-weight:600')]
  for (const tick of [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20].filter((value) => Math.log(value) >= from && Math.log(value) <= to)) {
    const weight = tick === 1 ? 2 : 1
    parts.push(`  <path d="M${x(tick).toFixed(1)} ${top - 12}V${height - 6}" style="stroke:${lineColour};stroke-width:${weight};stroke-opacity:${tick === 1 ? 1 : 0.5}"/>`)
    parts.push(text(x(tick), top - 16, String(tick), 'text-anchor="middle"'))
  }
  rows.forEach((found, index) => {
    const y = top + index * step + 8
    parts.push(text(left - 10, y + 5, found[0].benchmark, 'text-anchor="end"'))
    for (const row of found) {
      const colour = colours[row.rival] ?? quiet
      const fill = row.rival === 'Go, fast' ? `fill:none;stroke:${colour};stroke-width:2` : `fill:${colour}`
      parts.push(`  <circle cx="${x(row.ratio).toFixed(1)}" cy="${y.toFixed(1)}" r="5" style="${fill}"/>`)
    }
  })
  return svg(width, height, parts)
}

const legend = () => {
  const parts = []
  let x = 10
  for (const name of ['C', 'naive C', 'Go', 'Go, fast']) {
    parts.push(`  <circle cx="${x + 6}" cy="14" r="5" style="${name === 'Go, fast' ? `fill:none;stroke:${colours[name]};stroke-width:2` : `fill:${colours[name]}`}"/>`)
    parts.push(text(x + 18, 19, name))
    x += 50 + name.length * 8
  }
  return svg(620, 28, parts)
}

const write = (name, content) => writeFileSync(new URL(name, folder), content)
write('legend.svg', legend())
write(
  'single.svg',
  ratios('Time of Nestmap divided by the time of the others: plain maps', [
    'get-hash', 'get-view', 'get-array', 'get-all-8', 'get-all-512', 'get-all-512-view', 'put', 'remove-insert', 'put-all', 'remove-all', 'scan', 'scan-view',
  ]),
)
write(
  'nests.svg',
  ratios('Nested maps and events', [
    'nested-get', 'nested-get-view', 'nested-get-all-512', 'walk', 'walk-entries', 'walk-entries-view',
    'ring-record', 'ring-view', 'ring-live',
  ]),
)
/** The rows that don't reach what we want, with each JDK. */
function shortRows() {
  return runs
    .map((run) => {
      const names = run.results.filter((row) => verdict(row) === 'short').map((row) => `\`${row.name}\` ${ratio(row)} (${row.reach.toFixed(2)})`)
      const slower = run.results.filter((row) => row.ratio > 1).length
      const short = names.length ? `Short of their reach, which is in brackets: ${names.join(', ')}` : 'No row is short of its reach.'
      return `- ${jdk(run)}: in ${slower} of ${run.results.length} rows, the other side is faster (a ratio above 1). ${short}`
    })
    .join('\n')
}

/** Replaces what stands between two comments of the page. */
function replace(content, name, block) {
  const pattern = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- end of ${name} -->)`)
  if (!pattern.test(content)) throw new Error(`docs/internals/measurements/benchmarks.md has no <!-- ${name} -->`)
  return content.replace(pattern, (_, begin, end) => `${begin}\n${block}\n\n${end}`)
}

let content = readFileSync(page, 'utf8')
content = replace(content, 'conditions', conditions())
content = replace(content, 'results', results())
content = replace(content, 'short', shortRows())
writeFileSync(page, content)
