// A button that gives the link to what is shown: the address carries the page's state.
import { signal } from '@preact/signals'
import { linkNow } from '../address.ts'
import { Button } from '../parts/button.tsx'
import { words } from '../texts.ts'

type Panel = typeof import('./link-panel.tsx').LinkPanel

/** The panel, once it is there, and the link in it while it is open. */
const Panel = signal<Panel | undefined>(undefined)
const link = signal<string | undefined>(undefined)
const failure = signal('')

async function open(): Promise<void> {
  try {
    Panel.value ??= (await import('./link-panel.tsx')).LinkPanel
    failure.value = ''
    link.value = linkNow()
  } catch (error) {
    failure.value = words.value.noPanel(String(Object(error).message || error))
  }
}

export function LinkButton() {
  // A document inside another has no address that leads to it.
  if (location.protocol === 'about:') return null
  return (
    <div class="link">
      <Button id="link" onPress={open}>
        {words.value.link}
      </Button>
      <p class="fault" role="status">
        {failure.value}
      </p>
      {Panel.value && link.value !== undefined && (
        <Panel.value
          link={link.value}
          onClose={() => {
            link.value = undefined
          }}
        />
      )}
    </div>
  )
}
