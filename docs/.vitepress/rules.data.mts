import { createContentLoader } from 'vitepress'

/** The pages of the compile-time rules, in the order of their numbers. */
export default createContentLoader('rules/NM-*.md', {
  includeSrc: true,
  transform: (pages) =>
    pages
      .map((page) => ({ link: page.url.replace(/\.html$/, ''), title: /^# (.+)$/m.exec(page.src ?? '')?.[1] ?? page.url }))
      .sort((a, b) => a.title.localeCompare(b.title)),
})
