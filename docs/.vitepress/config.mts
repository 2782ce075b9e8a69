import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
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

/**
 * The target of a relative link: a page of the site, or a file or directory in the repository, which shows Markdown better than the site would show a
 * page without a menu. The front page includes the README, so the README's links start in the root of the repository.
 */
function siteLink(page: string, href: string): string {
  const [path, anchor] = href.split(/(?=#)/)
  const base = page === 'index.md' && !existsSync(join(docs, path)) ? root : dirname(join(docs, page))
  const target = relative(docs, resolve(base, path))
  if (target === '../README.md') return '/' + (anchor ?? '')
  if (!target.startsWith('..') && !target.startsWith('internals/')) return '/' + target.replace(/\.md$/, '') + (anchor ?? '')
  const file = relative(root, join(docs, target))
  if (file.startsWith('..') || !existsSync(join(root, file))) return href
  return `${repository}/${statSync(join(root, file)).isDirectory() ? 'tree' : 'blob'}/main/${file}${anchor ?? ''}`
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
  ignoreDeadLinks: [/^\/api\//],
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: { searchOptions },
        // Words that readers search for and that the page may not use are in its front matter. They become a section of their own, which leads to the page.
        _render(source, env, markdown) {
          const html = markdown.render(source, env)
          const { search } = env.frontmatter ?? {}
          return search ? `${html}<h1>${/^# (.+)$/m.exec(source)![1]} <a href="#">here</a></h1><p>${search}</p>` : html
        },
      },
    },
    logo: '/logo.svg',
    socialLinks: [{ icon: 'github', link: repository }],
    footer: { message: 'Apache-2.0. Generated headers: GPL-2.0-only OR BSD-2-Clause.', copyright: `Nestmap ${version}` },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Learn', link: '/start' },
      { text: 'Bill', link: '/bill' },
      { text: 'Guide', link: '/guide/declare' },
      { text: 'How to', link: '/how-to/existing-object' },
      { text: 'Production', link: '/production/checklist' },
      { text: 'Reference', link: '/reference/types' },
      { text: 'Limits', link: '/limits' },
      { text: version, items: [{ text: 'What stays the same', link: '/tested#what-stays-the-same' }, { text: 'Changelog', link: `${repository}/blob/main/CHANGELOG.md` }] },
    ],
    sidebar: [
      { text: 'Learn', items: ['start', 'bill', 'customers', 'fit', 'concepts', 'from-c', 'limits', 'performance', 'tested', 'systems'].map(entry) },
      { text: 'Guide', items: folder('guide', ['declare', 'load', 'rotate', 'pins', 'test', 'errors']) },
      { text: 'Build', collapsed: true, items: folder('build', ['maven', 'spring-quarkus']) },
      {
        text: 'How to',
        collapsed: true,
        items: [...folder('how-to', ['existing-object', 'on-demand', 'many-maps', 'variables', 'c-types', 'streams', 'check-objects']), entry('programs')],
      },
      { text: 'Production', collapsed: true, items: folder('production', ['checklist', 'deploy', 'kubernetes', 'rights', 'observe', 'upgrade', 'tracing', 'troubleshoot']) },
      { text: 'Fleet', collapsed: true, items: folder('fleet', ['totals', 'operate', 'security', 'reference']) },
      {
        text: 'Reference',
        collapsed: true,
        items: [
          ...folder('reference', ['types', 'map-types', 'attachments', 'c-helpers', 'command']),
          { text: 'Javadoc', link: javadoc, target: '_self' },
          { text: 'Compile-time rules', link: '/rules/', collapsed: true, items: folder('rules') },
        ],
      },
    ],
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
          for (const token of block.children ?? []) {
            const href = token.type === 'link_open' ? (token.attrGet('href') ?? '') : ''
            if (href.startsWith('/api/')) token.attrSet('target', '_self')
            if (href !== '' && !/^(\w+:|#|\/)/.test(href)) token.attrSet('href', siteLink(page, href))
          }
        }
      })
    },
  },
})
