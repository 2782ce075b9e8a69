/**
 * Opens every page of the built site in Chromium, in the widths of a phone and of two desktops, in light and dark mode. Checks that no page
 * is wider than the screen, that the menu fits, that code fits on the wider desktop and tables can be read on the phone, that every text and picture is legible,
 * that nothing fails, that the home page begins with a number and a picture, and that the search finds what users look for.
 */
import { createServer } from 'node:http'
import { readdir, readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import MiniSearch from 'minisearch'
import { launch, patience } from './chromium.mjs'
import { cutMenu, hiddenOnHome, narrowCells, overflowingCode } from './layout.mjs'
import { illegible } from './legible.mjs'
import { searchOptions } from './search.mjs'

const site = fileURLToPath(new URL('../target/site/', import.meta.url))
const types = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.png': 'image/png', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }
const phone = 375
const widths = [phone, 1280]
/** On a screen of 1440 x 900, code fits, and the home page shows its number and its picture without scrolling. */
const desktop = 1440
const height = 900
const problems = []
/** Milliseconds of the checks of code, tables, the home page and the search index. */
let layoutTime = 0

/** What users search for, and the page that explains it. */
const searches = {
  rotate: 'guide/rotate',
  latency: 'performance',
  uninstall: 'production/checklist',
  licence: 'tested',
  license: 'tested',
  'release date': 'tested',
  'who maintains it': 'tested',
  'bill traffic per customer': 'customers',
  'multi tenant billing': 'bill',
  'ipv6': 'bill',
  'traffic per pod': 'production/kubernetes',
  'lost packets': 'limits',
  'how many tenants': 'performance',
  'java 21': 'systems',
  'jdk 25': 'systems',
  aws: 'systems',
  kubernetes: 'production/kubernetes',
  systemd: 'production/deploy',
  prometheus: 'production/observe',
  alerts: 'production/observe',
  grafana: 'production/observe',
  'duplicate machine id': 'fleet/operate',
  'clock wrong': 'fleet/operate',
  cap_bpf: 'production/rights',
  alternatives: 'fit',
  cilium: 'fit',
  'why java': 'fit',
  kafka: 'fleet/totals',
  'many machines': 'fleet/totals',
  postgresql: 'bill',
  'exactly once': 'bill',
  'ring buffer': 'how-to/streams',
  xdp: 'reference/attachments',
  kprobe: 'reference/attachments',
  'unit test': 'guide/test',
  lombok: 'build/maven',
  'add a field': 'production/upgrade',
  security: 'production/rights',
  throttle: 'programs',
  eviction: 'reference/map-types',
  'zero downtime': 'production/upgrade',
  'cpu usage of a program': 'performance',
  'install the command': 'reference/command',
  reboot: 'limits',
  'what is BPF': 'concepts',
  glossary: 'concepts',
  'cannot find symbol': 'production/troubleshoot',
  UnsatisfiedLinkError: 'production/troubleshoot',
  EPERM: 'production/troubleshoot',
  'permission denied': 'production/troubleshoot',
  'too many open files': 'production/troubleshoot',
  'map full': 'production/troubleshoot',
  verifier: 'production/troubleshoot',
  bpftool: 'production/troubleshoot',
  capabilities: 'production/rights',
  docker: 'production/deploy',
  ARRAY_OF_MAPS: 'reference/map-types',
  set_inner_map_fd: 'from-c',
  'libbpf skeleton': 'from-c',
  'blue green': 'programs',
  'load balancer': 'programs',
  'bill traffic': 'customers',
  'which hook': 'customers',
  'segmentation': 'customers',
  'token bucket': 'programs',
  'thread safe': 'guide/rotate',
  overhead: 'performance',
  mock: 'guide/test',
  'do I lose counts': 'limits',
  spring: 'build/spring-quarkus',
  quarkus: 'build/spring-quarkus',
  'does it need root': 'production/rights',
  'two instances': 'guide/pins',
  'existing c code': 'how-to/existing-object',
  'why nested maps': 'concepts',
  'inner map full': 'production/troubleshoot',
  'windows macos': 'limits',
  'grace period': 'concepts',
  ubuntu: 'systems',
  'when is it stable': 'tested',
  'roll back': 'production/checklist',
  limits: 'limits',
  'OutOfMemoryError service stopped draining': 'production/deploy',
  'before rebooting a host': 'production/checklist',
  'stop counting and delete pins': 'production/checklist',
  LoadPinnedMap: 'guide/pins',
  bpf2go: 'from-c',
  'postgres down': 'bill',
  RLIMIT_MEMLOCK: 'production/troubleshoot',
  doctor: 'reference/command',
  'CO-RE': 'how-to/c-types',
  vmlinux: 'how-to/c-types',
  'maven central': 'start',
  'native image': 'production/deploy',
  GraalVM: 'production/deploy',
  'kernel version': 'systems',
  'memory usage': 'reference/map-types',
  'per cpu': 'reference/map-types',
  endianness: 'guide/declare',
  'byte order': 'guide/declare',
  EINVAL: 'guide/errors',
  ENOENT: 'guide/errors',
  bpf_printk: 'production/troubleshoot',
  'github actions': 'guide/test',
  'delete inner map': 'guide/rotate',
  'create inner map': 'guide/rotate',
  'rename field': 'production/upgrade',
  'existing object': 'how-to/existing-object',
  'clang not found': 'production/troubleshoot',
  'NM-205': 'rules/NM-205',
  netflow: 'fit',
  sflow: 'fit',
  conntrack: 'fit',
  pmacct: 'fit',
  iptables: 'fit',
  eks: 'production/kubernetes',
  vlan: 'customers',
  pppoe: 'customers',
  'capacity planning': 'performance',
  'before linux 6.16': 'guide/rotate',
  gradle: 'build/maven',
  kotlin: 'build/maven',
  jlink: 'production/deploy',
  'struct_ops': 'reference/attachments',
  union: 'how-to/c-types',
  'works with cilium': 'fit',
  'percpu counters sum': 'reference/map-types',
  'block connections of a container': 'programs',
  'verifier log': 'how-to/check-objects',
  'missed events': 'production/tracing',
  'service account': 'production/kubernetes',
  'lose packets on restart': 'guide/pins',
  'xdp generic mode': 'customers',
  'how much memory': 'performance',
  certificate: 'fleet/security',
  'delete customer': 'fleet/operate',
  'bit field': 'reference/types',
  selinux: 'limits',
  'device or resource busy': 'production/checklist',
  'file descriptor leak': 'production/troubleshoot',
  'add customer at runtime': 'how-to/on-demand',
  'replace broken server': 'fleet/operate',
  'bpf token': 'production/deploy',
  'map in map': 'concepts',
  'wrong port number': 'guide/declare',
}

const server = createServer(async (request, response) => {
  const file = resolve(site, '.' + decodeURIComponent(new URL(request.url, 'http://localhost').pathname))
  try {
    const content = await readFile(file)
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'cache-control': 'max-age=3600' }).end(content)
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise((started) => server.listen(0, '127.0.0.1', started))
const address = `http://127.0.0.1:${server.address().port}`

const browser = await launch()
const context = await browser.newContext({ viewport: { width: phone, height }, reducedMotion: 'reduce' })
context.setDefaultTimeout(patience)
context.setDefaultNavigationTimeout(patience)

/**
 * Waits for the page's scripts, and returns the page's width and what is illegible, in light and in dark colours. Runs in the browser.
 * WCAG 2 asks for a contrast of 4.5. The blue button of VitePress has 4.46.
 */
async function look(illegibleSource) {
  while (!document.querySelector('#app').__vue_app__) await new Promise((resume) => setTimeout(resume, 5))
  const illegible = new Function(`return ${illegibleSource}`)()
  const found = []
  for (const colours of ['light', 'dark']) {
    document.documentElement.classList.toggle('dark', colours === 'dark') // as the switch on the page does
    illegible(4.4).forEach((problem) => found.push(`in ${colours} colours, ${problem}`))
  }
  return { width: document.documentElement.scrollWidth, found }
}

async function checkPages(pages) {
  const tab = await context.newPage()
  let current
  const order = [...widths, desktop]
  tab.on('pageerror', (error) => problems.push(`${current}: ${error.message}`))
  tab.on('console', (message) => message.type() === 'error' && problems.push(`${current}: the console says ${message.text()}`))
  while ((current = pages.pop())) {
    await tab.goto(`${address}/${current}`, { waitUntil: 'load' })
    for (const width of order) {
      if (width === desktop) await timed(() => checkCode(tab, current))
      else await check(tab, current, width)
    }
    order.reverse() // each page opens in the width that the window has
  }
}

/** Checks that no code of the page is cut off on a desktop, and what the home page begins with. */
async function checkCode(tab, page) {
  await tab.setViewportSize({ width: desktop, height })
  const found = await tab.evaluate(overflowingCode)
  if (page === 'index.html') found.push(...(await tab.evaluate(hiddenOnHome)))
  found.forEach((problem) => problems.push(`${page}, ${desktop} pixels wide: ${problem}`))
}

async function timed(action) {
  const start = performance.now()
  await action()
  layoutTime += performance.now() - start
}

async function check(tab, page, width) {
  await tab.setViewportSize({ width, height })
  const seen = await tab.evaluate(look, illegible.toString())
  if (seen.width > width) problems.push(`${page} is ${seen.width} pixels wide, on a screen of ${width}`)
  seen.found.forEach((problem) => problems.push(`${page}, ${width} pixels wide, ${problem}`))
  if (width === 1280) (await tab.evaluate(cutMenu)).forEach((problem) => problems.push(`${page}, on a screen of ${width}: ${problem}`))
  if (width === phone) {
    await timed(async () => (await tab.evaluate(narrowCells)).forEach((problem) => problems.push(`${page}, on a phone: ${problem}`)))
  }
}

/** Checks that the first results of each search contain the page that explains it. */
async function checkSearches() {
  const tab = await context.newPage()
  await tab.setViewportSize({ width: 1280, height })
  await tab.goto(`${address}/index.html`, { waitUntil: 'load' })
  await tab.getByRole('button', { name: 'Search' }).click()
  for (const [words, page] of Object.entries(searches)) {
    try {
      await tab.locator('#localsearch-input').fill(words)
      await tab.locator(`.results > li:nth-child(-n + 3) a[href*="/${page}.html"]`).first().waitFor()
    } catch (error) {
      const found = await tab.locator('.results > li a').evaluateAll((links) => links.slice(0, 3).map((link) => link.getAttribute('href')))
      problems.push(`the search for "${words}" does not find the page ${page} first, but ${found}: ${error.message}`)
    }
  }
}

/**
 * Checks that a rule is the first result of a search for its number. Searches the index of the site with the options of the site, because
 * the page itself waits after each input.
 */
async function checkRules() {
  const chunks = resolve(site, 'assets/chunks')
  const index = (await readdir(chunks)).find((file) => file.startsWith('@localSearchIndex'))
  const content = (await import(pathToFileURL(resolve(chunks, index)))).default
  const search = MiniSearch.loadJSON(content, { fields: ['title', 'titles', 'text'], storeFields: ['title', 'titles'], searchOptions })
  for (const rule of rules) {
    const first = search.search(rule)[0]?.id
    if (!first?.startsWith(`/rules/${rule}.html`)) problems.push(`the first result of a search for ${rule} is ${first}`)
  }
}

const rules = (await readdir(resolve(site, 'rules'))).filter((file) => file.startsWith('NM-')).map((file) => file.replace(/\.html$/, ''))
const pages = (await readdir(site, { recursive: true })).filter(
  (file) => file.endsWith('.html') && !file.startsWith('api/'),
)
const count = pages.length
await timed(checkRules)
await Promise.all([checkPages(pages), checkPages(pages), checkSearches()])
await browser.close()
server.close()

for (const problem of problems) console.error(problem)
if (problems.length) process.exit(1)
console.log(`${count} pages are legible in light and dark colours, ${widths.join(' and ')} pixels wide, and ${Object.keys(searches).length} searches find theirs`)
console.log(`Code, tables and the home page fit, and ${rules.length} rules are found first. These checks took ${(layoutTime / 1000).toFixed(1)} s`)
