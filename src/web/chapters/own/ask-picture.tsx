// A picture by hand: what the network sees of it, and the answer.
import { batch, effect, signal, untracked, useComputed } from '@preact/signals'
import { formatPercent } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { FileButton } from '../../parts/drop.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Live } from '../../parts/live.tsx'
import { answer, fault } from './ask.model.ts'
import { Probabilities } from './ask.tsx'
import { decodePicture } from './decode-picture.ts'
import { learned, testSamples } from './learning.model.ts'
import { scaledPixels } from './pictures.model.ts'
import { PixelImage } from './pixel-image.tsx'
import { words } from './texts.ts'

const seen = signal<Uint8Array | undefined>(undefined)
const really = signal<string | undefined>(undefined)
let next = 0
let asked = 0

async function ask(pixels: Uint8Array, actual?: string): Promise<void> {
  const own = ++asked
  const { model } = learned.peek() ?? {}
  if (!model) return
  batch(() => {
    seen.value = pixels
    really.value = actual
  })
  try {
    const [prediction] = await model.predict(pixels, { bytes: 'pixels' })
    if (own !== asked) return
    batch(() => {
      answer.value = prediction && [...prediction]
      fault.value = undefined
    })
  } catch (error) {
    if (own === asked) fail(error)
  }
}

function fail(error: unknown): void {
  batch(() => {
    answer.value = undefined
    fault.value = String(Object(error).message || error)
  })
}

async function takeTested(): Promise<void> {
  const { description } = learned.peek() ?? {}
  const tested = testSamples()
  if (description?.kind !== 'pictures' || !tested || tested.length === 0) return
  const at = next++ % tested.length
  const sample = await tested
    .slice(at, at + 1)
    .read()
    .catch(() => undefined)
  if (!sample || !(sample.inputs instanceof Uint8Array)) return
  await ask(sample.inputs, description.classes?.[sample.labels?.[0] ?? -1])
}

async function takeFile([file]: readonly File[]): Promise<void> {
  const { description } = learned.peek() ?? {}
  if (!file || description?.kind !== 'pictures') return
  try {
    const { side, isColoured } = description
    await ask(scaledPixels(await decodePicture(file), side, isColoured))
  } catch {
    fail(`${file.name}: ${words.value.ask.noPicture}`)
  }
}

effect(() => {
  const own = learned.value
  untracked(() => {
    next = 0
    seen.value = undefined
    if (own?.description.kind === 'pictures') void takeTested()
  })
})

export function AskPictureExhibit() {
  const text = words.value.ask
  const { description, test } = learned.value ?? {}
  if (description?.kind !== 'pictures') return null
  return (
    <Exhibit
      name="own-ask"
      title={text.title}
      lead={text.leadPictures}
      picture={
        <figure class="seen">
          {seen.value && <PixelImage pixels={seen.value} side={description.side} label={text.seen} />}
          <figcaption class="said">{text.seen}</figcaption>
        </figure>
      }
      words={<Words />}
    >
      <Probabilities classes={description.classes ?? []} />
      <div class="controls">
        <FileButton
          choose={text.choosePicture}
          accept="image/*"
          onFiles={files => void takeFile(files)}
          isPrimary
        />
        {test && <Button onPress={() => void takeTested()}>{text.anotherPicture}</Button>}
      </div>
    </Exhibit>
  )
}

function Words() {
  const said = useComputed(() => {
    const text = words.value.ask
    if (fault.value !== undefined) return text.failed(fault.value)
    const shares = answer.value
    const { classes = [] } = learned.value?.description ?? {}
    if (!shares) return ''
    const most = shares.indexOf(Math.max(...shares))
    const line = text.answerPicture(classes[most] ?? '', formatPercent(shares[most] ?? Number.NaN, 1))
    return really.value === undefined ? line : `${line} ${text.reallyPicture(really.value)}`
  })
  return <Live text={said} id="own-answer" />
}
