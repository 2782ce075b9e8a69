/**
 * Opens every page of the built site in Chromium, as wide as a phone. Checks that no page is wider than the screen, that no script fails,
 * and that the search finds a page of the guide.
 */
import { createServer } from 'node:http'
import { readdir, readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const site = fileURLToPath(new URL('../target/site/', import.meta.url))
const types = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.svg': 'image/svg+xml' }
const screen = { width: 375, height: 800 }
const problems = []

const server = createServer(async (request, response) => {
  const file = resolve(site, '.' + decodeURIComponent(new URL(request.url, 'http://localhost').pathname))
  try {
    const content = await readFile(file)
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(content)
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise((started) => server.listen(0, '127.0.0.1', started))
const address = `http://127.0.0.1:${server.address().port}`

// Without these options, Chromium tries to reach its maker's servers.
const quiet = ['--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [...(process.getuid() === 0 ? ['--no-sandbox'] : []), ...quiet],
})
const context = await browser.newContext({ viewport: screen })

async function checkPages(pages) {
  const tab = await context.newPage()
  let current
  tab.on('pageerror', (error) => problems.push(`${current}: ${error.message}`))
  while ((current = pages.pop())) {
    await tab.goto(`${address}/${current}`, { waitUntil: 'load' })
    const width = await tab.evaluate(() => document.documentElement.scrollWidth)
    if (width > screen.width) problems.push(`${current} is ${width} pixels wide, on a screen of ${screen.width}`)
  }
}

async function checkSearch() {
  const tab = await context.newPage()
  await tab.goto(`${address}/index.html`, { waitUntil: 'load' })
  await tab.getByRole('button', { name: 'Search' }).click()
  try {
    await tab.locator('#localsearch-input').fill('rotate', { timeout: 20_000 })
    await tab.locator('.results a[href*="/guide/rotate"]').first().waitFor({ timeout: 20_000 })
  } catch (error) {
    problems.push(`the search for "rotate" does not find the page guide/rotate: ${error.message}`)
  }
}

const pages = (await readdir(site, { recursive: true })).filter((file) => file.endsWith('.html') && !file.startsWith('api/'))
const count = pages.length
await Promise.all([checkPages(pages), checkPages(pages), checkSearch()])
await browser.close()
server.close()

for (const problem of problems) console.error(problem)
if (problems.length) process.exit(1)
console.log(`${count} pages fit on a phone, and the search works`)
