/**
 * How the search of the site finds and orders sections of pages (https://lucaong.github.io/minisearch). VitePress copies the source of the
 * function into each page, so it can't use names from outside.
 */
export const searchOptions = {
  // A typo is forgiven in long words. Whoever looks for JDK 21 does not look for a rule whose number begins with 21.
  fuzzy: (term) => (term.length > 4 ? 0.2 : false),
  prefix: (term) => !/^\d{1,2}$/.test(term),
  boost: { title: 4, text: 2, titles: 1 },
  // Long pages of reference contain every word. The page that explains a word comes first.
  boostDocument: (page, term) => {
    if (/^\d{3}$/.test(term) && page.includes(`/NM-${term}`)) return 100 // A rule is found by its number: NM-205 is the terms nm and 205.
    if (page.endsWith('.html')) return 6 // what the front matter of a page says that it is about
    if (/^\/rules\b/.test(page)) return 0.3
    if (/^\/(guide|concepts|limits|performance)\b/.test(page)) return 1.5
    return /^\/(how-to|production)\b/.test(page) ? 1.2 : 1
  },
}
