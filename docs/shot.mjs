/** Takes a picture of a page that updates itself: node shot.mjs ADDRESS TEXT FILE.png. Waits until the page shows TEXT. */
import { launch, patience } from './chromium.mjs'

const [address, text, file] = process.argv.slice(2)
const browser = await launch()
try {
  const page = await browser.newPage({ viewport: { width: 860, height: 400 } })
  await page.goto(address, { waitUntil: 'commit' })
  await page.getByText(text).first().waitFor({ timeout: patience })
  await page.screenshot({ path: file, fullPage: true })
} finally {
  await browser.close()
}
