// A program that does what an exhibit does, to copy as it stands.
import { useSignal } from '@preact/signals'
import { words } from '../texts.ts'
import { Button } from './button.tsx'

export interface ProgramProps {
  /** Complete: it runs as it stands. */
  code: string
  title?: string
}

/**
 * @example
 * <Program code={program} />
 */
export function Program({ code, title }: ProgramProps) {
  const said = useSignal<'copy' | 'copied' | 'notCopied'>('copy')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code)
      said.value = 'copied'
    } catch {
      // Without a secure context, or the browser's leave.
      said.value = 'notCopied'
    }
  }
  return (
    <div class="program">
      <header>
        <h4>{title ?? words.value.program}</h4>
        <Button onPress={copy}>{words.value.copy}</Button>
      </header>
      <p class={`said${said.value === 'copy' ? ' unseen' : ''}`} role="status">
        {said.value === 'copy' ? '' : words.value[said.value]}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </div>
  )
}
