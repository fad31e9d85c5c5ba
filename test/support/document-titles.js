// A plugin of TypeDoc: a page is listed by its first heading instead of its file's name.
import { Converter } from 'typedoc'

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const [first] = document.content
    const heading = first?.kind === 'text' && /^# (.+)$/m.exec(first.text)?.[1]
    if (heading) document.name = heading
  })
}
