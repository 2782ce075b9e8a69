import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { defineConfig } from 'vitepress'
import { searchOptions } from '../search.mjs'

const docs = resolve(__dirname, '..')
const root = resolve(docs, '..')

/** What pom.xml says about all modules. */
const pom = readFileSync(join(root, 'pom.xml'), 'utf8')
const version = /<version>(.+?)<\/version>/.exec(pom)![1]
const repository = /<scm[^]*?<url>(.+?)<\/url>/.exec(pom)![1]

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

/** The files of the repository that pages link to. The build copies them to /files/ of the site. */
const linkedFiles = new Set<string>()

/**
 * The target on the site of a relative link, or null if it leads to a directory of the repository that has no README.
 * The front page includes the README, so the README's links start in the root of the repository.
 */
function siteLink(page: string, href: string): string | null {
  const [path, anchor] = href.split(/(?=#)/)
  const base = page === 'index.md' && !existsSync(join(docs, path)) ? root : dirname(join(docs, page))
  const target = relative(docs, resolve(base, path))
  if (target === '../README.md') return '/' + (anchor ?? '')
  if (!target.startsWith('..') && !target.startsWith('internals/')) return '/' + target.replace(/\.md$/, '') + (anchor ?? '')
  let file = relative(root, join(docs, target))
  if (file.startsWith('..') || !existsSync(join(root, file))) return href
  if (statSync(join(root, file)).isDirectory()) file = join(file, 'README.md')
  if (!existsSync(join(root, file))) return null
  linkedFiles.add(file)
  return `/files/${file}`
}

export default defineConfig({
  title: 'Nestmap',
  description: 'Count network traffic per customer in the Linux kernel, and read it from Java',
  lang: 'en-GB',
  outDir: '../target/site',
  srcExclude: ['internals/**'], // evidence for maintainers
  cacheDir: '../target/vitepress-cache',
  head: [['link', { rel: 'icon', href: '/favicon.svg' }]],
  transformPageData(page) {
    // For search engines and previews of links.
    if (page.frontmatter.purpose) page.description = page.frontmatter.purpose
  },
  lastUpdated: false,
  ignoreDeadLinks: [/^\/(api|files)\//],
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: { searchOptions },
      },
    },
    logo: '/logo.svg',
    socialLinks: [{ icon: 'github', link: repository }],
    footer: { message: 'Apache-2.0. Generated headers: GPL-2.0-only OR BSD-2-Clause.', copyright: `Nestmap ${version}` },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Learn', link: '/start' },
      { text: 'Per customer', link: '/customers' },
      { text: 'Guide', link: '/guide/declare' },
      { text: 'How to', link: '/how-to/' },
      { text: 'Production', link: '/production/checklist' },
      { text: 'Reference', link: '/reference/packages' },
      { text: 'Limits', link: '/limits' },
      { text: version, items: [{ text: 'What is stable', link: '/stability' }, { text: 'Changelog', link: `${repository}/blob/main/CHANGELOG.md` }] },
    ],
    sidebar: [
      { text: 'Learn', items: ['start', 'customers', 'fit', 'concepts', 'bpf', 'from-c', 'limits', 'performance', 'systems', 'tested', 'stability'].map(entry) },
      { text: 'Guide', items: folder('guide', ['declare', 'load', 'rotate', 'pins', 'test', 'errors']) },
      { text: 'Build', collapsed: true, items: folder('build', ['maven', 'gradle', 'spring-quarkus']) },
      { text: 'How to', collapsed: true, items: folder('how-to', ['existing-object', 'kernel-types', 'unions', 'slots-and-families', 'managed-fields', 'on-demand', 'many-maps']) },
      { text: 'Production', collapsed: true, items: folder('production', ['checklist', 'deploy', 'upgrade', 'migrate', 'instances', 'protect-pins', 'readers', 'observe', 'incident', 'troubleshoot']) },
      { text: 'Fleet', collapsed: true, items: folder('fleet', ['totals', 'operate', 'security', 'reference']) },
      { text: 'Programs', collapsed: true, items: folder('programs', ['exact-counts', 'rate-limits', 'backends']) },
      {
        text: 'Reference',
        collapsed: true,
        items: [
          ...folder('reference', ['packages', 'annotations', 'types', 'map-types', 'attachments', 'missed-events', 'capabilities', 'kernels', 'generated', 'c-helpers', 'command', 'build', 'settings']),
          { text: 'Javadoc', link: javadoc, target: '_self' },
          { text: 'Compile-time rules', link: '/rules', collapsed: true, items: folder('rules') },
        ],
      },
    ],
  },
  buildEnd({ outDir }) {
    for (const file of linkedFiles) {
      mkdirSync(dirname(join(outDir, 'files', file)), { recursive: true })
      copyFileSync(join(root, file), join(outDir, 'files', file))
    }
  },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(markdown) {
      // An SVG becomes a part of the page, so that it has the colours of the site's light or dark mode.
      markdown.renderer.rules.image = (tokens, index, options, env) => {
        // The front page includes the README, whose pictures are found from the root of the repository.
        const source = tokens[index].attrGet('src') ?? ''
        const own = resolve(dirname(env.realPath ?? env.path), source)
        const file = existsSync(own) ? own : resolve(root, source)
        const label = markdown.utils.escapeHtml(tokens[index].content.replaceAll('\n', ' '))
        if (file.endsWith('.png')) {
          return `<span class="picture"><img src="/${relative(join(docs, 'public'), file)}" alt="${label}" loading="lazy"></span>`
        }
        return `<span class="picture">${readFileSync(file, 'utf8').replace('<svg ', `<svg aria-label="${label}" `)}</span>`
      }
      markdown.renderer.rules.code_inline = (tokens, index) => {
        const { content } = tokens[index]
        return `<code v-pre${content.length <= 24 ? ' class="short"' : ''}>${markdown.utils.escapeHtml(content)}</code>`
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
              if (link?.startsWith('/files/')) token.attrSet('target', '_self') // not through VitePress's router
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
