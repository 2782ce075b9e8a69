/** Finds what does not fit on a page. These functions run in the browser, so they use no names from outside. */

/** The code whose lines are cut off by the edge of its block. */
export function overflowingCode() {
  return [...document.querySelectorAll('.vp-doc pre')]
    .filter((code) => code.scrollWidth > code.clientWidth)
    .map((code) => `code is ${code.scrollWidth} pixels wide in a block of ${code.clientWidth}: ${code.innerText.trim().slice(0, 60)}`)
}

/** What makes tables hard to read on a phone: cells with a line for every word or two, and what is cut off and can't be scrolled. */
export function narrowCells() {
  const found = []
  for (const table of document.querySelectorAll('.vp-doc table')) {
    const scrolls = /auto|scroll/.test(getComputedStyle(table).overflowX)
    if (table.scrollWidth > table.clientWidth && !scrolls) found.push(`a table is cut off: ${table.innerText.slice(0, 60)}`)
    for (const cell of table.querySelectorAll('th, td')) {
      const text = cell.innerText
      if (text.length > 30 && cell.clientWidth < 110) {
        found.push(`a cell of ${text.length} characters is ${cell.clientWidth} pixels wide: ${text.slice(0, 60)}`)
      }
      if (cell.scrollWidth > cell.clientWidth) found.push(`a text is wider than its cell: ${text.slice(0, 60)}`)
    }
  }
  return found
}

/** The entries of the top bar that are cut off, or that lie over another one. scrollWidth does not show them. */
export function cutMenu() {
  const found = []
  const shown = [...document.querySelectorAll('.VPNavBarSearch, .VPNavBarMenu > *, .VPNavBarAppearance, .VPNavBarSocialLinks')]
    .map((entry) => ({ text: entry.innerText.trim() || entry.className, box: entry.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && box.height > 0)
    .sort((a, b) => a.box.left - b.box.left)
  shown.forEach(({ text, box }, index) => {
    if (box.right > innerWidth) found.push(`the menu's entry ${text} ends at ${Math.round(box.right)}`)
    if (index > 0 && box.left < shown[index - 1].box.right - 1) found.push(`the menu's entry ${text} lies over ${shown[index - 1].text}`)
  })
  if (shown.length < 5) found.push(`the menu has only ${shown.length} entries`)
  return found
}

/** The number and the first picture of the home page, if a reader does not see all of them without scrolling. */
export function hiddenOnHome() {
  const found = []
  for (const [name, selector] of Object.entries({ number: '.VPHome .proof', picture: '.VPHome .picture :is(svg, img)' })) {
    const box = document.querySelector(selector)?.getBoundingClientRect()
    if (!box || box.width < 200 || box.height < 100) found.push(`the home page has no ${name}`)
    else if (box.bottom > innerHeight || box.right > innerWidth) {
      found.push(`the home page shows ${name} down to ${Math.round(box.bottom)} pixels, on a screen of ${innerHeight}`)
    }
  }
  return found
}
