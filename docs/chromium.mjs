/** Starts Chromium without a window. CHROMIUM names its executable if it is not Debian's. */
import { chromium } from 'playwright-core'

// Without these options, Chromium tries to reach its maker's servers.
const quiet = ['--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** Longer than anything takes on a busy machine, in milliseconds. */
export const patience = 120_000

export function launch() {
  return chromium.launch({
    timeout: patience,
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...(process.getuid() === 0 ? ['--no-sandbox'] : []), ...quiet],
  })
}
