// A program that does what an exhibit does, to copy as it stands, and to edit and run in the page.
import { useSignal } from '@preact/signals'
import { words } from '../texts.ts'
import { Button } from './button.tsx'

export interface ProgramProps {
  /** Complete: it runs as it stands. */
  code: string
  title?: string
}

type Editing = typeof import('../programs/editor.tsx')

interface Opened extends Editing {
  program: ReturnType<Editing['openProgram']>
}

/**
 * @example
 * <Program code={program} />
 */
export function Program({ code, title }: ProgramProps) {
  const opened = useSignal<Opened | undefined>(undefined)
  const said = useSignal('')
  const shown = opened.value?.program
  const press = async () => {
    if (opened.value) return opened.value.program.toggle()
    try {
      const editing = await import('../programs/editor.tsx')
      opened.value ??= { ...editing, program: editing.openProgram(code) }
    } catch (error) {
      said.value = words.value.notLoaded(String(Object(error).message || error))
    }
  }
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(shown?.code.value ?? code)
      said.value = words.value.copied
    } catch {
      // Without a secure context, or the browser's leave.
      said.value = words.value.notCopied
    }
  }
  return (
    <div class="program">
      <header>
        <h4>{title ?? words.value.program}</h4>
        <div class="controls">
          <Button isPrimary onPress={press}>
            {opened.value && shown ? opened.value.runLabel(shown) : words.value.editAndRun}
          </Button>
          {shown?.isChanged.value && (
            <Button
              onPress={() => {
                shown.code.value = code
              }}
            >
              {words.value.original}
            </Button>
          )}
          <Button onPress={copy}>{words.value.copy}</Button>
        </div>
      </header>
      <p class={`said${said.value === '' ? ' unseen' : ''}`} role="status">
        {said.value}
      </p>
      {opened.value && shown ? (
        <>
          <opened.value.ProgramEditor program={shown} />
          <opened.value.ProgramOutput program={shown} />
        </>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard.
        <pre tabIndex={0}>
          <code>{code}</code>
        </pre>
      )}
    </div>
  )
}
