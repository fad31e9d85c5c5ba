// The link to what is shown, copied, and as a QR code for a phone. It is loaded when it is asked for.
import { useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { encode } from 'uqr'
import { Button } from '../parts/button.tsx'
import './link.css'
import { words } from './texts.ts'

export interface LinkPanelProps {
  link: string
  onClose(): void
}

/** Opens, and copies the link. */
export function LinkPanel({ link, onClose }: LinkPanelProps) {
  const text = words.value
  const dialog = useRef<HTMLDialogElement>(null)
  const said = useSignal<'' | 'copied' | 'notCopied'>('')
  const id = useId()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link)
      said.value = 'copied'
    } catch {
      // Without a secure context, or the browser's leave.
      said.value = 'notCopied'
    }
  }
  useEffect(() => {
    dialog.current?.showModal()
    copy()
  }, [])
  return (
    <dialog ref={dialog} class="link-panel" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{text.title}</h2>
      <p>{text.lead}</p>
      <input
        type="text"
        readOnly
        aria-label={text.address}
        value={link}
        onFocus={event => event.currentTarget.select()}
      />
      <p class="said" role="status">
        {said.value && text[said.value]}
      </p>
      <Code link={link} />
      <div class="controls">
        <Button isPrimary onPress={() => dialog.current?.close()}>
          {text.close}
        </Button>
        <Button onPress={copy}>{text.copy}</Button>
      </div>
    </dialog>
  )
}

/** White modules around a code, by its standard (ISO/IEC 18004). */
const QUIET = 4

function Code({ link }: { link: string }) {
  const text = words.value
  const { protocol, hostname } = new URL(link)
  // What is on this computer's disk is on no phone.
  if (protocol === 'file:') return null
  const { data, size } = encode(link, { border: QUIET })
  const modules = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return (
    <>
      <svg
        class="qr"
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={text.code}
        shape-rendering="crispEdges"
      >
        <path d={modules.join('')} />
      </svg>
      {/^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname) && <p>{text.onlyHere}</p>}
    </>
  )
}
