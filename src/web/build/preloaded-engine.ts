// Has the browser fetch the engine, which every chapter needs, while it fetches the page's own code.
import type { HtmlTagDescriptor, Plugin } from 'vite'

export const preloadedEngine = (): Plugin => ({
  name: 'preloaded-engine',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_, { path, bundle }): HtmlTagDescriptor[] {
      if (path !== '/index.html' || !bundle) return []
      const found = Object.values(bundle).find(({ type, name }) => type === 'chunk' && name === 'wasmlp')
      if (!found) throw new Error('the bundle has no chunk named wasmlp')
      return [
        {
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `./${found.fileName}` },
          injectTo: 'head',
        },
      ]
    },
  },
})
