// Seven lamps: what one step of learning is made of, with the tensors of each stage.
import { useComputed } from '@preact/signals'
import type { FormulaSource } from '../../formulas.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Exhibit } from '../../parts/exhibit.tsx'
import { Formula } from '../../parts/formula.tsx'
import { Lamps } from '../../parts/lamps.tsx'
import { Live } from '../../parts/live.tsx'
import { NumberTable } from '../../parts/number-table.tsx'
import { TableFrame } from '../../parts/table-frame.tsx'
import { fixed, plain } from './equations.ts'
import { chainFormula, directionFormula, layerFormula, lossFormula, updateFormula } from './formulas.ts'
import { words } from './pipeline.texts.ts'
import { FORWARD_STAGES, NETWORKS, STAGES, type Stage, type Tensor } from './pipeline-training.ts'
import { pipeline } from './state.ts'
import { subscript } from './texts.ts'

const FORMULAS: Readonly<Record<Stage, FormulaSource | undefined>> = {
  data: undefined,
  model: layerFormula,
  prediction: undefined,
  loss: lossFormula,
  gradient: chainFormula,
  direction: directionFormula,
  update: updateFormula,
}

export function PipelineExhibit() {
  const text = words.value
  const next = STAGES[pipeline.done.value % STAGES.length] ?? 'data'
  return (
    <Exhibit
      name="pipeline"
      title={text.title}
      lead={text.lead}
      picture={
        <>
          <StageLamps />
          <StagePanel />
        </>
      }
      words={<Words />}
    >
      <Choice
        label={text.network}
        value={pipeline.network}
        options={NETWORKS.map(name => ({ value: name, label: text.networks[name] }))}
        onChange={() => pipeline.reset()}
      />
      <p class="caption">{text.problems[pipeline.network.value]}</p>
      <div class="controls">
        <Button isPrimary onPress={() => pipeline.next()}>
          {text.next(text.stages[next])}
        </Button>
        <Button onPress={() => pipeline.finishRound()}>{text.wholeRound}</Button>
        <Button onPress={() => pipeline.reset()}>{text.reset}</Button>
      </div>
      <Losses />
    </Exhibit>
  )
}

/** The way there above, the way back below. */
function StageLamps() {
  const text = words.value
  const shown = pipeline.shown.value
  const at = shown === undefined ? -1 : STAGES.indexOf(shown)
  const names = STAGES.map(stage => text.stages[stage])
  const done = pipeline.done.value
  return (
    <div class="pipeline-lamps">
      <h4>{text.forward}</h4>
      <Lamps
        label={text.forward}
        steps={names.slice(0, FORWARD_STAGES)}
        lit={at < FORWARD_STAGES ? at : -1}
        done={Math.min(done, FORWARD_STAGES)}
        onPick={step => pipeline.press(STAGES[step] ?? 'data')}
      />
      <h4 class="backward">{text.backward}</h4>
      <Lamps
        label={text.backward}
        steps={names.slice(FORWARD_STAGES)}
        lit={at < FORWARD_STAGES ? -1 : at - FORWARD_STAGES}
        done={Math.max(done - FORWARD_STAGES, 0)}
        onPick={step => pipeline.press(STAGES[step + FORWARD_STAGES] ?? 'update')}
      />
    </div>
  )
}

function StagePanel() {
  const text = words.value
  const shown = pipeline.shown.value
  if (!shown) return <p class="stage-panel caption">{text.begin}</p>
  const formula = FORMULAS[shown]
  return (
    <div class="stage-panel" data-stage={shown}>
      <h4>{text.stages[shown]}</h4>
      <p>{text.explanations[shown]}</p>
      {formula && <Formula of={formula} isDisplay />}
      <div class="tensors">
        {(pipeline.tensors.value.get(shown) ?? []).map(tensor => (
          <TensorTable key={`${tensor.name} ${tensor.layer}`} tensor={tensor} />
        ))}
      </div>
      {shown === 'loss' && pipeline.loss.value !== undefined && (
        <p class="result">
          L = <strong>{fixed(pipeline.loss.value)}</strong>
        </p>
      )}
    </div>
  )
}

/** The symbol of each tensor; a layer's number follows the first letter that has one. */
function symbolOf({ name, layer }: Tensor): string {
  const l = layer === undefined ? '' : subscript(layer)
  return {
    inputs: 'X',
    targets: 'T',
    weights: `W${l}`,
    bias: `b${l}`,
    weightedSums: `Z${l}`,
    activations: `H${l}`,
    predictions: 'Y',
    errors: 'Y − T',
    deltas: `∂L/∂Z${l}`,
    weightGradients: `∂L/∂W${l}`,
    biasGradients: `∂L/∂b${l}`,
    weightDirections: `−∂L/∂W${l}`,
    biasDirections: `−∂L/∂b${l}`,
    weightUpdates: `ΔW${l}`,
    biasUpdates: `Δb${l}`,
  }[name]
}

function TensorTable({ tensor }: { tensor: Tensor }) {
  const text = words.value
  const { columns, values, name } = tensor
  const rows = values.length / columns
  const isDirection = name === 'weightDirections' || name === 'biasDirections'
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => plain(i + 1))
  return (
    <NumberTable
      caption={
        <>
          <b>{symbolOf(tensor)}</b> {plain(rows)} × {plain(columns)}
          <br />
          {text.tensors[name]}
        </>
      }
      values={values}
      rows={numbers(rows)}
      columns={numbers(columns)}
      format={value =>
        isDirection ? `${value < 0 ? '↓' : value > 0 ? '↑' : ''} ${fixed(value)}` : fixed(value)
      }
    />
  )
}

/** The loss of each round so far: the last eight. */
function Losses() {
  const text = words.value
  const losses = pipeline.losses.value.slice(-8)
  if (losses.length === 0) return null
  return (
    <TableFrame>
      <table class="list compact">
        <caption class="unseen">{text.losses}</caption>
        <thead>
          <tr>
            <th scope="col">{text.round}</th>
            <th scope="col">{text.loss}</th>
          </tr>
        </thead>
        <tbody>
          {losses.map(({ round, loss }) => (
            <tr key={round}>
              <th scope="row">{plain(round)}</th>
              <td>{fixed(loss)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

function Words() {
  const said = useComputed(() => {
    const text = words.value
    if (pipeline.failure.value !== undefined) return String(Object(pipeline.failure.value).message)
    const { value: stage } = pipeline.shown
    if (stage === undefined) return text.nothingYet
    const last = pipeline.losses.value.at(-1)
    return text.numbers(
      plain(pipeline.round.value),
      text.stages[stage],
      plain(pipeline.done.value),
      last && fixed(last.loss),
    )
  })
  return <Live text={said} />
}
