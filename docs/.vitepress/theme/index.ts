import { h } from 'vue'
import theme from 'vitepress/theme'
import { data as records } from '../records.data.mts'
import './site.css'

export default {
  extends: theme,
  Layout: () => h(theme.Layout, null, { 'home-hero-image': () => h('div', { class: 'vp-doc', innerHTML: records }) }),
}
