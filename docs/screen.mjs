/**
 * Converts the screen of a terminal to SVG: node screen.mjs COMMAND < SCREEN > PICTURE. The screen is text with ANSI codes for bold,
 * dim and colours. COMMAND is the title. The colours are the site's, and GitHub shows colours that are legible on white and on black.
 */
import { readFileSync } from 'node:fs'

const [command] = process.argv.slice(2)
const column = 7.8 // pixels
const line = 18
const margin = 14
const title = 34

const plain = 'fill:var(--vp-c-text-1,#6e7681)'
const dim = 'fill:var(--vp-c-text-2,#6e7681)'
const colours = { 31: 'danger-1,#c93c37', 32: 'green-1,#3b8640', 33: 'warning-1,#a86312', 34: 'brand-1,#5672cd', 35: 'purple-1,#8250df', 36: 'brand-1,#5672cd' }

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** The style after an ANSI code. */
function after(style, code) {
  if (code === 0) return {}
  if (code === 1 || code === 2 || code === 22) return { ...style, weight: code }
  if (code === 39 || colours[code]) return { ...style, colour: code }
  if (code === 49) return style
  throw new Error(`screen.mjs does not know the ANSI code ${code}. Add it to its colours.`)
}

function css({ weight, colour }) {
  const fill = colours[colour] ? `fill:var(--vp-c-${colours[colour]})` : weight === 2 ? dim : plain
  return fill + (weight === 1 ? ';font-weight:600' : '')
}

/** A text that begins in a column. Its width does not depend on the font. */
function text(content, at, y, style) {
  const x = (margin + at * column).toFixed(1)
  return `  <text x="${x}" y="${y}" textLength="${(content.length * column).toFixed(1)}" lengthAdjust="spacingAndGlyphs" style="${style}">${escape(content)}</text>`
}

const rows = readFileSync(0, 'utf8').trimEnd().split('\n')
const picture = []
let style = {}
let columns = command.length + 2
for (const [index, row] of rows.entries()) {
  let at = 0
  for (const [part, codes] of row.matchAll(/\x1b\[([\d;]*)m|[^\x1b]+/g)) {
    if (codes !== undefined) {
      style = codes.split(';').map(Number).reduce(after, style)
      continue
    }
    // Several spaces separate texts, because SVG shows them as one.
    for (const word of part.matchAll(/\S+(?: \S+)*/g)) {
      picture.push(text(word[0], at + word.index, title + line * (index + 1), css(style)))
    }
    at += part.length
  }
  columns = Math.max(columns, at)
}

const width = Math.ceil(2 * margin + columns * column)
const height = title + line * rows.length + margin
const frame = 'stroke:var(--vp-c-text-3,#8b949e)'
console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" style="font:13px var(--vp-font-family-mono,ui-monospace,monospace);min-width:${Math.round(width * 0.85)}px;max-width:${width}px;width:100%">
  <rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" style="fill:var(--vp-c-bg-soft,none);${frame}"/>
  <path d="M1 ${title - 8} L${width - 1} ${title - 8}" style="${frame}"/>
${text('$', 0, 18, dim)}
${text(command, 2, 18, `${plain};font-weight:600`)}
${picture.join('\n')}
</svg>`)
