// The visitor's pictures: folders dropped or chosen, or several pictures for a class, and what there is of each.
import { useComputed } from '@preact/signals'
import { formatNumber } from '../../languages.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Drop, FileButton } from '../../parts/drop.tsx'
import { Live } from '../../parts/live.tsx'
import { TableFrame } from '../../parts/table-frame.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { decodePicture, filesOfDrop, filesOfFolder } from './decode-picture.ts'
import { shapes, pictureWords as words } from './picture-texts.ts'
import * as model from './pictures.model.ts'
import { PixelImage } from './pixel-image.tsx'
import { SHAPES, shapePicture } from './sample-pictures.ts'

/** Pictures of a class that are shown. */
const MOST_SHOWN = 8
const OF_A_SHAPE = 60

const nameOrNot = () => model.className.peek().trim() || words.value.unnamed

const add = (files: readonly File[]) =>
  void model.addPictures(filesOfFolder(files, nameOrNot()), decodePicture)

async function drop(files: readonly File[], dropped?: DataTransfer): Promise<void> {
  const found = dropped ? await filesOfDrop(dropped, nameOrNot()) : filesOfFolder(files, nameOrNot())
  await model.addPictures(found, decodePicture)
}

async function openSample(): Promise<void> {
  const shown: model.Picture[] = []
  for (let i = 0; i < OF_A_SHAPE; ++i) {
    for (const shape of SHAPES) shown.push({ className: shapes.value[shape], pixels: shapePicture(shape, i) })
    // A few milliseconds each.
    if (i % 2 === 1) await new Promise<void>(resolve => setTimeout(resolve))
  }
  model.showPictures(shown)
}

/** Where pictures come from. */
export function PictureSource() {
  const text = words.value
  const state = useComputed(() => sentence())
  return (
    <div class="stack">
      <Drop
        choose={text.chooseFolder}
        accept="image/*"
        isFolder
        onFiles={drop}
        others={<Button onPress={() => void openSample()}>{text.sample}</Button>}
      >
        {text.drop}
      </Drop>
      <div class="controls">
        <TextField
          label={text.className}
          value={model.className.value}
          onInput={typed => {
            model.className.value = typed
          }}
        />
        <FileButton choose={text.choosePictures} accept="image/*" isMultiple onFiles={add} />
      </div>
      <Live text={state} id="pictures-state" class="status" />
    </div>
  )
}

function sentence(): string {
  const text = words.value
  const state = model.picturesState.value
  if (state.is === 'reading') return text.reading(formatNumber(state.done), formatNumber(state.of))
  const [refused, tooMany] = [model.refused.value, model.tooMany.value]
  const parts = [
    state.is === 'empty'
      ? text.none
      : text.read(formatNumber(model.pictures.value.length), formatNumber(model.classes.value.length)),
  ]
  if (refused.length > 0) {
    const names = `${refused.slice(0, 3).join(', ')}${refused.length > 3 ? ', …' : ''}`
    parts.push(text.refused(formatNumber(refused.length), names))
  }
  if (tooMany > 0) parts.push(text.tooMany(formatNumber(tooMany), formatNumber(model.MOST_PICTURES)))
  if (state.is === 'read' && !model.canLearn.value) parts.push(text.tooFew)
  return parts.join(' ')
}

/** How the network sees them. */
export function PictureSettings() {
  const text = words.value
  if (model.pictures.value.length === 0) return null
  return (
    <div class="stack">
      <Choice
        label={text.side}
        value={model.side}
        options={model.SIDES.map(side => ({ value: side, label: text.sideOf(formatNumber(side)) }))}
      />
      <Choice
        label={text.color}
        value={model.color}
        options={[
          { value: 'grey', label: text.grey },
          { value: 'color', label: text.colored },
        ]}
      />
      <p>{text.inputs(formatNumber(model.side.value ** 2 * (model.color.value === 'color' ? 3 : 1)))}</p>
    </div>
  )
}

/** Each class with its first pictures, as the network sees them. */
export function PictureClasses() {
  const text = words.value
  const classes = model.classes.value
  const [side, isColoured] = [model.side.value, model.color.value === 'color']
  if (classes.length === 0) return null
  return (
    <TableFrame>
      <table class="list picture-classes">
        <caption>{text.classes}</caption>
        <tbody>
          {classes.map(([name, pictures]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{text.count(formatNumber(pictures.length))}</td>
              <td>
                <div class="thumbnails">
                  {pictures.slice(0, MOST_SHOWN).map((picture, i) => (
                    <PixelImage
                      key={i}
                      pixels={model.scaledPixels(picture.pixels, side, isColoured)}
                      side={side}
                      label=""
                    />
                  ))}
                </div>
              </td>
              <td>
                <Button onPress={() => model.removeClass(name)}>{text.remove(name)}</Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}
