import { h } from 'vue'
import theme from 'vitepress/theme'
import './site.css'

/** The number beside the heading of the home page. The linked page has the measurement. */
const proof = () =>
  h('a', { class: 'proof', href: '/bill#exact-over-kills' }, [
    h('strong', '1,912,700'),
    ' packets sent',
    h('strong', '1,912,700'),
    ' in the database, while the service was killed or stopped 40 times',
  ])

export default {
  extends: theme,
  Layout: () => h(theme.Layout, null, { 'home-hero-image': proof }),
}
