// An editor for a program, and what the program prints. It is loaded when it is asked for.
//
// A textarea: phones, screen readers, Korean input and undo work as everywhere. Measured for 20 lines of code, minified and
// gzipped: CodeMirror 6 with JavaScript 136 kB, whose styles the page's policy forbids; prism-code-editor 7 kB, for colours.
import { useComputed } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { isOneFile } from '../delivery.ts'
import { engineUrls } from '../engine.ts'
import { formatNumber } from '../languages.ts'
import { useCalm } from '../parts/live.tsx'
import './editor.css'
import { fileRunner } from './file-runner.ts'
import { runnerFrame } from './frame.ts'
import { ProgramRun, type RunState } from './run.model.ts'
import { words } from './texts.ts'

/** A program to be edited and run in this page. */
export const openProgram = (code: string): ProgramRun =>
  new ProgramRun(code, isOneFile ? fileRunner : runnerFrame, {
    engine: engineUrls,
    mnist: new URL('mnist/', document.baseURI).href,
  })

/** What the button of a program says. */
export const runLabel = (program: ProgramRun): string =>
  program.isBusy.value ? words.value.stop : words.value.run

/** Where the program is written, with the numbers of its lines. */
export function ProgramEditor({ program }: { program: ProgramRun }) {
  const id = useId()
  const text = words.value
  const code = program.code.value
  const lines = code.split('\n').length
  const wrong = faultyLine(program.state.value)
  useEffect(() => () => program.stop(), [program])
  return (
    <div class="editor-frame">
      <div class="editor">
        <label for={id} class="unseen">
          {text.editor}
        </label>
        <div class="line-numbers" aria-hidden="true">
          {Array.from({ length: lines }, (_, i) => (
            <span key={i} class={i + 1 === wrong ? 'wrong' : undefined}>
              {i + 1}
            </span>
          ))}
        </div>
        <Field id={id} program={program} lines={lines} />
      </div>
      <p id={`${id}-hint`} class="said">
        {text.hint}
        {/\bloadMnist\b/.test(code) && ` ${isOneFile ? text.digits : text.mnist}`}
      </p>
    </div>
  )
}

const faultyLine = (state: RunState) => (state.is === 'failed' ? state.fault.line : undefined)

function Field({ id, program, lines }: { id: string; program: ProgramRun; lines: number }) {
  /** After Escape, Tab goes to the next control. */
  const isLeaving = useRef(false)
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLTextAreaElement }) => {
    const { key, currentTarget: field } = event
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey
    if (key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      if (!program.isBusy.peek()) program.start()
    } else if (key === 'Tab' && isPlain && !isLeaving.current) {
      event.preventDefault()
      insert(field, '  ')
    } else if (key === 'Enter' && isPlain && !event.isComposing) {
      event.preventDefault()
      insert(field, `\n${indentAt(field)}`)
    }
    // Keys that change something end it.
    if (key === 'Escape') isLeaving.current = true
    else if (!['Tab', 'Shift'].includes(key)) isLeaving.current = false
  }
  return (
    <textarea
      id={id}
      value={program.code.value}
      rows={lines}
      wrap="off"
      spellcheck={false}
      autocomplete="off"
      autocapitalize="off"
      aria-describedby={`${id}-hint`}
      aria-invalid={faultyLine(program.state.value) === undefined ? undefined : 'true'}
      onInput={event => {
        program.code.value = event.currentTarget.value
      }}
      onKeyDown={onKeyDown}
      onBlur={() => {
        isLeaving.current = false
      }}
    />
  )
}

/** Types a text, so that the browser can undo it. */
function insert(field: HTMLTextAreaElement, text: string): void {
  // Old, and still the one way that keeps the list of what can be undone.
  if (document.execCommand('insertText', false, text)) return
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** The blanks that the line with the caret begins with. */
function indentAt({ value, selectionStart }: HTMLTextAreaElement): string {
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart)
  return /^ */.exec(line)?.[0] ?? ''
}

/** What the program printed, and how it stands. */
export function ProgramOutput({ program }: { program: ProgramRun }) {
  const text = words.value
  // Together: what is said of its end comes with the last line.
  const all = useComputed(() => ({
    state: program.state.value,
    printed: program.printed.value,
    dropped: program.dropped.value,
  }))
  const { state, printed, dropped } = useCalm(all).value
  const box = useRef<HTMLPreElement>(null)
  // The last line is in view, as in a console.
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [printed])
  return (
    <div class="program-output" data-state={state.is}>
      <h5>{text.output}</h5>
      {dropped > 0 && <p class="said">{text.dropped(formatNumber(dropped))}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
      <pre ref={box} tabIndex={0} aria-label={text.output} role="group">
        {printed.length === 0 ? (
          <span class="empty">{text.nothing}</span>
        ) : (
          printed.map(({ kind, text }, i) => (
            <span key={i} class={kind === 'error' ? 'wrong' : undefined}>
              {text}
              {'\n'}
            </span>
          ))
        )}
      </pre>
      <p role="status" class={`status${hasFailed(state) ? ' failed' : ''}`}>
        {sentence(state)}
      </p>
    </div>
  )
}

const hasFailed = ({ is }: RunState) => is === 'failed' || is === 'unavailable'

function sentence(state: RunState): string {
  const text = words.value
  switch (state.is) {
    case 'resting':
      return ''
    case 'finished':
      return text.finished(formatNumber(state.seconds, state.seconds < 1 ? 2 : 1))
    case 'failed': {
      const { message, line } = state.fault
      return line === undefined ? text.failed(message) : text.failedAt(formatNumber(line), message)
    }
    case 'unavailable':
      return text.unavailable(state.reason)
    default:
      return text[state.is]
  }
}
