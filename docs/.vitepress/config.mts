import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { defineConfig } from 'vitepress'

const docs = resolve(__dirname, '..')
const root = resolve(docs, '..')

/** The Javadoc, which bin/site adds after VitePress. Links to it must not go through VitePress's router. */
const javadoc = '/api/index.html'

interface Entry {
  text: string
  link: string
}

/** The entry of a page in the side bar. Its text is the page's heading. */
function entry(page: string): Entry {
  const heading = /^# (.+)$/m.exec(readFileSync(join(docs, `${page}.md`), 'utf8'))
  if (!heading) throw new Error(`docs/${page}.md has no heading`)
  return { text: heading[1].replaceAll('`', ''), link: `/${page}` }
}

/** The pages of a folder: the named ones first, in this order, and then the others. */
function folder(name: string, first: string[] = []): Entry[] {
  const pages = readdirSync(join(docs, name))
    .filter((file) => file.endsWith('.md') && file !== 'index.md')
    .map((file) => file.replace(/\.md$/, ''))
  const missing = first.filter((page) => !pages.includes(page))
  if (missing.length) throw new Error(`docs/${name} has no page ${missing}`)
  const rest = pages.filter((page) => !first.includes(page)).sort()
  return [...first, ...rest].map((page) => entry(`${name}/${page}`))
}

/** A page of reference, which the pages of the guide link to. */
const errors = entry('guide/errors')

/**
 * The target on the site of a relative link, or null if it leads to a file of the repository that is no page of the site.
 * The front page includes the README, so the README's links start in the root of the repository.
 */
function siteLink(page: string, href: string): string | null {
  const [path, anchor] = href.split(/(?=#)/)
  const base = page === 'index.md' && !existsSync(join(docs, path)) ? root : dirname(join(docs, page))
  const target = relative(docs, resolve(base, path))
  if (target === '../README.md') return '/' + (anchor ?? '')
  if (!target.startsWith('..')) return '/' + target.replace(/\.md$/, '') + (anchor ?? '')
  return existsSync(join(docs, target)) ? null : href
}

export default defineConfig({
  title: 'Nestmap',
  description: 'Nested BPF maps, described once as Java records',
  lang: 'en-GB',
  outDir: '../target/site',
  cacheDir: '../target/vitepress-cache',
  head: [['link', { rel: 'icon', href: '/favicon.svg' }]],
  lastUpdated: false,
  ignoreDeadLinks: [/^\/api\//],
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          // Long pages of reference contain every word. What explains a word comes first.
          searchOptions: { boostDocument: (page: string) => (/^\/(DESIGN|shapes|support|rules)\b/.test(page) ? 0.3 : 1) },
        },
      },
    },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Guide', link: '/guide/declare' },
      { text: 'How to', link: '/how-to/rate-limits' },
      { text: 'Reference', link: '/rules' },
      { text: 'Background', link: '/background/nested-maps' },
    ],
    sidebar: [
      { text: 'Start', items: [entry('start')] },
      {
        text: 'Guide',
        items: folder('guide', ['project', 'declare', 'load', 'attach', 'rotate', 'read', 'on-demand', 'pins', 'migrate', 'upgrade', 'publish']).filter(
          (page) => page.link !== errors.link,
        ),
      },
      { text: 'How to', items: folder('how-to', ['rate-limits', 'cgroup-policies', 'blue-green', 'backends', 'system-calls', 'tests', 'privileges', 'troubleshoot', 'gradle', 'kotlin', 'modules']) },
      {
        text: 'Reference',
        items: [
          entry('reference/annotations'),
          entry('reference/generated'),
          entry('reference/command'),
          errors,
          entry('support'),
          entry('shapes'),
          { text: 'Javadoc', link: javadoc, target: '_self' },
          { text: 'Compile-time rules', link: '/rules', collapsed: true, items: folder('rules') },
        ],
      },
      { text: 'Background', items: [...folder('background', ['bpf', 'nested-maps', 'from-c']), entry('benchmarks'), entry('DESIGN')] },
    ],
  },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(markdown) {
      // A picture becomes a part of the page, so that it has the colours of the site's light or dark mode.
      markdown.renderer.rules.image = (tokens, index, options, env) => {
        const file = resolve(dirname(env.realPath ?? env.path), tokens[index].attrGet('src') ?? '')
        const label = markdown.utils.escapeHtml(tokens[index].content.replaceAll('\n', ' '))
        return `<span class="picture">${readFileSync(file, 'utf8').replace('<svg ', `<svg aria-label="${label}" `)}</span>`
      }
      markdown.core.ruler.push('repository-links', (state) => {
        const page = relative(docs, state.env.realPath ?? state.env.path)
        for (const block of state.tokens) {
          let dropped = false
          for (const token of block.children ?? []) {
            const href = token.type === 'link_open' ? (token.attrGet('href') ?? '') : ''
            if (href.startsWith('/api/')) token.attrSet('target', '_self')
            if (href !== '' && !/^(\w+:|#|\/)/.test(href)) {
              const link = siteLink(page, href)
              dropped = link === null
              if (link !== null) token.attrSet('href', link)
            }
            if (dropped && token.type.startsWith('link_')) {
              dropped = token.type !== 'link_close'
              Object.assign(token, { type: 'text', tag: '', nesting: 0, content: '' })
            }
          }
        }
      })
    },
  },
})
