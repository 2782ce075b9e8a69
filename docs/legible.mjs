/**
 * Finds what a reader can't see on the open page. Runs in the browser, in the colours and the width of the moment.
 *
 * @param {number} least the least contrast of text against its background, as WCAG 2 defines it (1 is invisible, 21 is black on white)
 * @returns {string[]} a problem for each text with less contrast, for each text of a picture that is tiny or leaves the picture, and for each
 *   shape of a picture that has the colour of the page
 */
export function illegible(least) {
  const problems = new Set()
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const colours = new Map()

  /** Red, green, blue and alpha from 0 to 1 of any CSS colour. */
  function colour(css) {
    if (!colours.has(css)) {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = css
      canvas.fillRect(0, 0, 1, 1)
      colours.set(css, [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255))
    }
    return colours.get(css)
  }

  /** The colour that results from painting one with an opacity over another one. */
  function over([red, green, blue, alpha], opacity, below) {
    const part = alpha * opacity
    return [red, green, blue].map((value, index) => value * part + below[index] * (1 - part))
  }

  function luminance(rgb) {
    const [red, green, blue] = rgb.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }

  /** The product of the opacities of an element and its ancestors. */
  function opacity(element) {
    let product = 1
    for (let at = element; at; at = at.parentElement) product *= Number(getComputedStyle(at).opacity)
    return product
  }

  const backgrounds = new Map([[null, [1, 1, 1]]])

  /** What the ancestors of a text paint behind it. */
  function background(element) {
    if (!backgrounds.has(element)) {
      backgrounds.set(element, over(colour(getComputedStyle(element).backgroundColor), 1, background(element.parentElement)))
    }
    return backgrounds.get(element)
  }

  /** What the shapes of a picture paint behind the middle of a text. */
  function pictureBackground(text, picture) {
    const box = text.getBoundingClientRect()
    const middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2)
    let result = background(picture)
    for (const shape of picture.querySelectorAll('rect, path, circle, ellipse, polygon')) {
      const before = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING
      const style = getComputedStyle(shape)
      if (before && style.fill !== 'none' && shape.isPointInFill(middle.matrixTransform(shape.getScreenCTM().inverse()))) {
        result = over(colour(style.fill), style.fillOpacity * opacity(shape), result)
      }
    }
    return result
  }

  function checkText(element, text) {
    const style = getComputedStyle(element)
    const box = element.getBoundingClientRect()
    if (box.width < 2 || box.height < 2 || style.visibility !== 'visible' || style.clipPath !== 'none') return
    const picture = element.closest('svg')
    const below = picture ? pictureBackground(element, picture) : background(element)
    const found = contrast(over(colour(picture ? style.fill : style.webkitTextFillColor), opacity(element), below), below)
    if (found < least) problems.add(`"${text}" has a contrast of ${found.toFixed(1)} (${element.localName})`)
    const frame = picture?.getBoundingClientRect()
    if (frame && (box.left < frame.left - 1 || box.right > frame.right + 1)) problems.add(`"${text}" leaves its picture`)
    if (picture && box.height < 9) problems.add(`"${text}" is only ${box.height.toFixed(1)} pixels high`)
  }

  function checkShape(shape) {
    const style = getComputedStyle(shape)
    const below = background(shape.closest('svg'))
    const visible = ['fill', 'stroke'].some(
      (part) => style[part] !== 'none' && contrast(over(colour(style[part]), style[`${part}Opacity`] * opacity(shape), below), below) >= 1.1,
    )
    if (!visible) problems.add(`a ${shape.localName} of a picture has the colour of the page`)
  }

  const seen = new Set()
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    const text = texts.currentNode.data.trim().slice(0, 40)
    if (text !== '' && !seen.has(element) && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) checkText(element, text)
    seen.add(element)
  }
  document.querySelectorAll('.vp-doc svg :is(rect, path, circle, ellipse, polygon, line)').forEach(checkShape)
  return [...problems]
}
