// Makes the page one that can be installed: its manifest and its icons, which index.html names.
import type { Plugin } from 'vite'
import { FULL, iconPng, iconSvg, ROUNDED } from './icon.ts'

/** The colour of the window's frame, and of what is shown while the page starts: `--ground` of style/tokens.css. */
const GROUND = '#f4f5f8'

const manifest = {
  id: './',
  start_url: './',
  scope: './',
  lang: 'en',
  dir: 'ltr',
  name: 'wasmlp: neural networks',
  short_name: 'wasmlp',
  description: 'A neural network that trains in this page: drag, draw, break and train it',
  // As the manifest's specification writes translations; browsers that do not know them take the names above.
  name_localized: { ko: 'wasmlp: 신경망' },
  description_localized: { ko: '이 페이지에서 학습하는 신경망: 끌고, 그리고, 망가뜨리고, 학습시킵니다' },
  display: 'standalone',
  background_color: GROUND,
  theme_color: GROUND,
  categories: ['education'],
  icons: [
    { src: 'icon.svg', type: 'image/svg+xml', sizes: 'any', purpose: 'any' },
    { src: 'icon-192.png', type: 'image/png', sizes: '192x192', purpose: 'any' },
    { src: 'icon-512.png', type: 'image/png', sizes: '512x512', purpose: 'any' },
    { src: 'icon-maskable.png', type: 'image/png', sizes: '512x512', purpose: 'maskable' },
  ],
}

export const installable = (): Plugin => ({
  name: 'installable',
  apply: 'build',
  buildStart() {
    const files: Readonly<Record<string, string | Uint8Array>> = {
      'manifest.webmanifest': `${JSON.stringify(manifest, undefined, 2)}\n`,
      'icon.svg': iconSvg(),
      'icon-180.png': iconPng(180, FULL),
      'icon-192.png': iconPng(192, ROUNDED),
      'icon-512.png': iconPng(512, ROUNDED),
      'icon-maskable.png': iconPng(512, FULL),
    }
    for (const [fileName, source] of Object.entries(files)) this.emitFile({ type: 'asset', fileName, source })
  },
  // Vite would give them other names.
  transformIndexHtml: {
    order: 'post',
    handler: (_, { path }) =>
      path === '/index.html'
        ? [
            { tag: 'link', attrs: { rel: 'manifest', href: './manifest.webmanifest' } },
            { tag: 'link', attrs: { rel: 'icon', type: 'image/svg+xml', href: './icon.svg' } },
            { tag: 'link', attrs: { rel: 'apple-touch-icon', href: './icon-180.png' } },
          ]
        : [],
  },
})
