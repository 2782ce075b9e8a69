/**
 * Opens every page of the built site in Chromium, as wide as a phone and as a desk's screen, in light and dark colours. Checks that no page
 * is wider than the screen, that every text and picture is legible, that nothing fails, and that the search finds what users look for.
 */
import { createServer } from 'node:http'
import { readdir, readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch } from './chromium.mjs'
import { illegible } from './legible.mjs'
import { redirects } from './redirects.mjs'

const site = fileURLToPath(new URL('../target/site/', import.meta.url))
const types = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.png': 'image/png', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }
const widths = [375, 1280]
const problems = []

/** What users search for, and the page that explains it. */
const searches = {
  rotate: 'guide/rotate',
  'what is BPF': 'background/bpf',
  glossary: 'concepts',
  'cannot find symbol': 'how-to/troubleshoot',
  UnsatisfiedLinkError: 'how-to/troubleshoot',
  EPERM: 'how-to/troubleshoot',
  'permission denied': 'how-to/troubleshoot',
  'too many open files': 'how-to/troubleshoot',
  'map full': 'how-to/troubleshoot',
  verifier: 'how-to/troubleshoot',
  bpftool: 'how-to/troubleshoot',
  capabilities: 'reference/capabilities',
  docker: 'how-to/deploy',
  ARRAY_OF_MAPS: 'reference/map-types',
  set_inner_map_fd: 'background/from-c',
  'libbpf skeleton': 'background/from-c',
  'blue green': 'how-to/programs/blue-green',
  'load balancer': 'how-to/programs/backends',
  'token bucket': 'how-to/programs/rate-limits',
  'thread safe': 'guide/rotate',
  overhead: 'measurements/benchmarks',
  mock: 'guide/test',
  doctor: 'reference/command',
  'CO-RE': 'how-to/kernel-types',
  vmlinux: 'how-to/kernel-types',
  'maven central': 'how-to/maven',
  'native image': 'how-to/modules',
  GraalVM: 'how-to/modules',
  'kernel version': 'reference/kernels',
  'memory usage': 'reference/map-types',
  'per cpu': 'reference/map-types',
  endianness: 'guide/declare',
  'byte order': 'guide/declare',
  EINVAL: 'guide/errors',
  ENOENT: 'guide/errors',
  bpf_printk: 'how-to/troubleshoot',
  'github actions': 'how-to/ci',
  'delete inner map': 'guide/rotate',
  'create inner map': 'guide/rotate',
  'rename field': 'how-to/migrate',
  'existing object': 'how-to/existing-object',
  'clang not found': 'how-to/troubleshoot',
  'NM-205': 'rules/NM-205',
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
const context = await browser.newContext({ viewport: { width: widths[0], height: 800 }, reducedMotion: 'reduce' })

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
  let [width, other] = widths
  tab.on('pageerror', (error) => problems.push(`${current}: ${error.message}`))
  tab.on('console', (message) => message.type() === 'error' && problems.push(`${current}: the console says ${message.text()}`))
  while ((current = pages.pop())) {
    await tab.goto(`${address}/${current}`, { waitUntil: 'load' })
    await check(tab, current, width)
    ;[width, other] = [other, width]
    await tab.setViewportSize({ width, height: 800 })
    await check(tab, current, width)
  }
}

async function check(tab, page, width) {
  const seen = await tab.evaluate(look, illegible.toString())
  if (seen.width > width) problems.push(`${page} is ${seen.width} pixels wide, on a screen of ${width}`)
  seen.found.forEach((problem) => problems.push(`${page}, ${width} pixels wide, ${problem}`))
}

/** Checks that the first results of each search contain the page that explains it. */
async function checkSearches() {
  const tab = await context.newPage()
  await tab.setViewportSize({ width: 1280, height: 800 })
  await tab.goto(`${address}/index.html`, { waitUntil: 'load' })
  await tab.getByRole('button', { name: 'Search' }).click()
  for (const [words, page] of Object.entries(searches)) {
    try {
      await tab.locator('#localsearch-input').fill(words, { timeout: 20_000 })
      await tab.locator(`.results > li:nth-child(-n + 3) a[href*="/${page}.html"]`).first().waitFor({ timeout: 10_000 })
    } catch (error) {
      const found = await tab.locator('.results > li a').evaluateAll((links) => links.slice(0, 3).map((link) => link.getAttribute('href')))
      problems.push(`the search for "${words}" does not find the page ${page} first, but ${found}: ${error.message}`)
    }
  }
}

const pages = (await readdir(site, { recursive: true })).filter(
  (file) => file.endsWith('.html') && !file.startsWith('api/') && !(file.replace(/\.html$/, '') in redirects),
)
const count = pages.length
await Promise.all([checkPages(pages), checkPages(pages), checkSearches()])
await browser.close()
server.close()

for (const problem of problems) console.error(problem)
if (problems.length) process.exit(1)
console.log(`${count} pages are legible in light and dark colours, ${widths.join(' and ')} pixels wide, and ${Object.keys(searches).length} searches find theirs`)
