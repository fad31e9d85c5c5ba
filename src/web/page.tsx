// The page: header, language, tabs, the open chapter, footer.
import { type ReadonlySignal, signal, useComputed } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { addressFaults, inAddress, nameField } from './address.ts'
import { type Chapter, chapters } from './chapters.ts'
import { awaited } from './keeping/awaited.ts'
import { Kept } from './keeping/kept.tsx'
import { type Language, language, languages, switchLanguage } from './languages.ts'
import { LinkButton } from './link/link-button.tsx'
import { Button } from './parts/button.tsx'
import { isPreparing, printWhole } from './parts/printing.ts'
import { words } from './texts.ts'

const ids = chapters.map(({ id }) => id)
const open = signal(ids[0] ?? '')
inAddress('chapter', open, nameField(...ids))

export function Page() {
  return (
    <>
      <button type="button" class="skip" onClick={focusChapter}>
        {words.value.skip}
      </button>
      <header class="masthead">
        <div>
          <h1>{words.value.name}</h1>
          <p>{words.value.lead}</p>
        </div>
        <div class="masthead-tools">
          <LinkButton />
          <LanguageSwitch />
        </div>
      </header>
      <Tabs />
      <main>
        <AddressFaults />
        {chapters.map(chapter => (
          <Panel key={chapter.id} chapter={chapter} />
        ))}
      </main>
      <footer class="colophon">
        <Kept />
        <Print />
        <p>{words.value.licence}</p>
      </footer>
    </>
  )
}

/** No link, which would replace the page's state in the address. */
function focusChapter(): void {
  document.querySelector<HTMLElement>('[role="tabpanel"]:not([hidden])')?.focus()
}

function LanguageSwitch() {
  return (
    <fieldset class="languages">
      <legend class="unseen">{words.value.language}</legend>
      {Object.entries(languages).map(([code, name]) => (
        <label key={code} lang={code}>
          <input
            type="radio"
            name="language"
            class="unseen"
            checked={language.value === code}
            onChange={() => switchLanguage(code as Language)}
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** Tabs by the WAI-ARIA pattern: one is in the order of focus, arrow keys go to the others and open them. */
function Tabs() {
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const at = ids.indexOf(open.value)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    open.value = ids[(to + ids.length) % ids.length] ?? open.value
    list.current?.querySelector<HTMLElement>(`#tab-${open.value}`)?.focus()
  }
  return (
    <nav class="tabs" aria-label={words.value.chapters}>
      <div role="tablist" aria-label={words.value.chapters} ref={list} onKeyDown={onKeyDown}>
        {chapters.map(({ id, title }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={open.value === id}
            aria-controls={`panel-${id}`}
            tabIndex={open.value === id ? 0 : -1}
            onClick={() => {
              open.value = id
            }}
          >
            {title.value.title}
          </button>
        ))}
      </div>
    </nav>
  )
}

/** A chapter, from when it is first opened: what it computes goes on while another is shown. */
function Panel({ chapter }: { chapter: Chapter }) {
  const isOpen = useComputed(() => open.value === chapter.id)
  return (
    <div
      role="tabpanel"
      id={`panel-${chapter.id}`}
      aria-labelledby={`tab-${chapter.id}`}
      tabIndex={-1}
      hidden={!isOpen.value}
    >
      <Loaded chapter={chapter} isOpen={isOpen} />
    </div>
  )
}

const loaded = signal<Readonly<Record<string, ComponentType>>>({})
const failures = signal<Readonly<Record<string, string>>>({})

async function load({ id, load }: Chapter): Promise<void> {
  failures.value = { ...failures.peek(), [id]: '' }
  try {
    const { default: content } = await awaited(load())
    loaded.value = { ...loaded.peek(), [id]: content }
  } catch (error) {
    failures.value = { ...failures.peek(), [id]: String(Object(error).message || error) }
  }
}

function Loaded({ chapter, isOpen }: { chapter: Chapter; isOpen: ReadonlySignal<boolean> }) {
  const Content = loaded.value[chapter.id]
  const failure = failures.value[chapter.id]
  const isWanted = isOpen.value && !Content && failure === undefined
  useEffect(() => {
    if (isWanted) load(chapter)
  }, [isWanted, chapter])
  if (Content) return <Content />
  if (!failure) return isOpen.value ? <p class="loading">{words.value.loading}</p> : null
  return (
    <div class="notice" role="alert">
      <p>{words.value.notLoaded(failure)}</p>
      <Button onPress={() => load(chapter)}>{words.value.tryAgain}</Button>
    </div>
  )
}

/** The browser's own menu cannot wait for what is not computed yet. */
function Print() {
  return (
    <div class="print">
      <Button id="print" onPress={printWhole}>
        {words.value.print}
      </Button>
      <p class="print-status" role="status">
        {isPreparing.value ? words.value.preparingPrint : ''}
      </p>
    </div>
  )
}

function AddressFaults() {
  if (addressFaults.value.length === 0) return null
  return (
    <div class="notice" role="status">
      {addressFaults.value.map(({ name, found, expected }) => (
        <p key={name}>{words.value.badAddress(name, found, expected)}</p>
      ))}
    </div>
  )
}
