// Boots the page: the language, what the address asks for, and the page itself.
import { effect } from '@preact/signals'
import { render } from 'preact'
import { asked, followAddress } from './address.ts'
import { detectLanguage, language } from './languages.ts'
import { Page } from './page.tsx'
import { followPrinting } from './parts/printing.ts'
import { words } from './texts.ts'
import './style/tokens.css'
import './style/base.css'
import './style/parts.css'

detectLanguage(asked('lang'))
followAddress()
followPrinting()
effect(() => {
  document.documentElement.lang = language.value
  document.title = words.value.title
})

const place = document.getElementById('page')
if (place) render(<Page />, place)
