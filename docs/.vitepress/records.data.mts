import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createMarkdownRenderer, type SiteConfig } from 'vitepress'

const readme = resolve(__dirname, '../../README.md')

declare const data: string
export { data }

/** The records of the README's first example as HTML, without comments. The home page shows them beside its heading. */
export default {
  watch: [readme],
  async load(): Promise<string> {
    const records = /^    record [^]*?^}$/m.exec(readFileSync(readme, 'utf8'))?.[0].replace(/\n}$/, '')
    if (!records) throw new Error('README.md shows no records')
    const code = records.replace(/^    /gm, '').replace(/ *\/\/ .*/g, '')
    const config = (globalThis as unknown as { VITEPRESS_CONFIG: SiteConfig }).VITEPRESS_CONFIG
    const markdown = await createMarkdownRenderer(config.srcDir, config.markdown, config.site.base, config.logger)
    return markdown.render('```java\n' + code + '\n```', { path: join(config.srcDir, 'index.md') })
  },
}
