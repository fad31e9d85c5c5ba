// The fifth door: a network that learns from the visitor's own data.
import '../../engine.ts'
import { inAddress, nameField, numberField } from '../../address.ts'
import { Chapter } from '../../parts/chapter.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Program } from '../../parts/program.tsx'
import { AskExhibit } from './ask.tsx'
import { AskPictureExhibit } from './ask-picture.tsx'
import { isPictures, settle, source } from './data.model.ts'
import { KeepExhibit } from './keep.tsx'
import { hiddenLayers, learningRate, seed, targetEpochs, units } from './learning.model.ts'
import { LearningExhibit } from './learning.tsx'
import './own.css'
import { pictureWords } from './picture-texts.ts'
import { pictures } from './pictures.model.ts'
import { PictureClasses, PictureSettings, PictureSource } from './pictures.tsx'
import { program } from './program.ts'
import { ResultExhibit } from './result.tsx'
import { table } from './table.model.ts'
import { TablePreview, TableSource, TableTarget } from './table.tsx'
import { words } from './texts.ts'

inAddress('own.source', source, nameField('table', 'pictures'))
settle(source.peek())
inAddress('own.layers', hiddenLayers, numberField(0, 3, 0))
inAddress('own.units', units, numberField(1, 512, 0))
inAddress('own.rate', learningRate, numberField(0.0001, 0.1, 5))
inAddress('own.epochs', targetEpochs, numberField(1, 1000, 0))
inAddress('own.seed', seed, numberField(0, 2 ** 32 - 1, 0))

export default function Own() {
  return (
    <Chapter name="own" heading={words.value.heading} lead={words.value.lead}>
      <DataExhibit />
      <LearningExhibit />
      <ResultExhibit />
      <AskExhibit />
      <AskPictureExhibit />
      <KeepExhibit />
      <section class="exhibit">
        <Program code={program} />
      </section>
    </Chapter>
  )
}

function DataExhibit() {
  const text = words.value.data
  const own = pictureWords.value
  const choice = (
    <Choice
      label={own.source}
      value={source}
      onChange={settle}
      options={[
        { value: 'table', label: own.table },
        { value: 'pictures', label: own.pictures },
      ]}
    />
  )
  if (isPictures.value) {
    const has = pictures.value.length > 0
    return (
      <Exhibit
        name="own-data"
        title={text.title}
        lead={own.lead}
        above={choice}
        picture={<PictureSource />}
        {...(has && { children: <PictureSettings />, below: <PictureClasses /> })}
      />
    )
  }
  return (
    <Exhibit
      name="own-data"
      title={text.title}
      lead={text.lead}
      above={choice}
      picture={<TableSource />}
      {...(table.value && { children: <TableTarget />, below: <TablePreview /> })}
    />
  )
}
