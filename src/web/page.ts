// The page: trains, pauses, and goes on from what is stored when it is opened again. `?build=simd` takes the kernels that
// give the same bits everywhere.
import { type BuildName, capabilities, type EpochLogs, type LayerParameters, type TrainingRun } from 'wasmlp'
import { openStorage } from 'wasmlp/storage'
import { prepareOffline } from './offline.ts'
import { CHECKPOINT_EVERY, startTraining, storedPosition } from './training.ts'

function element<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id)
  if (found instanceof type) return found
  throw new TypeError(`the page has no ${type.name} #${id}`)
}

const train = element('train', HTMLButtonElement)
const restart = element('restart', HTMLButtonElement)
const epochs = element('epochs', HTMLInputElement)
const progress = element('progress', HTMLProgressElement)
const status = element('status', HTMLParagraphElement)
const history = element('history', HTMLTableElement)
const rows = element('epoch-rows', HTMLTableSectionElement)
const weights = element('weights', HTMLElement)
const weightsEntry = element('weights-entry', HTMLDivElement)

function say(text: string, state: 'busy' | 'ready' | 'failed' = 'busy'): void {
  status.textContent = text
  status.classList.toggle('failed', state === 'failed')
  // For those who watch the page from without.
  document.body.dataset.state = state
}

function fail(error: unknown): void {
  say(String(Object(error).message || error), 'failed')
}

const percent = (share: number | undefined) => (share === undefined ? '–' : `${(100 * share).toFixed(2)} %`)

async function hashOf(parameters: readonly LayerParameters[]): Promise<string> {
  const blob = new Blob(parameters.flatMap(({ weights, bias }) => [weights.slice(), bias.slice()]))
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

async function main(): Promise<void> {
  const offline = await prepareOffline()
  const asked = new URLSearchParams(location.search).get('build')
  if (asked !== null && asked !== 'simd' && asked !== 'relaxed') {
    throw new TypeError(`?build=${asked}: expected ?build=simd, ?build=relaxed, or nothing for the fastest`)
  }
  const found = capabilities({ build: asked ?? 'auto' })
  const build: BuildName = found.build
  const storage = await openStorage()
  // A training goes on with the kernels it began with.
  const store = storage.checkpoints(`mnist ${build}`)
  const rowsKey = `wasmlp-page mnist ${build}`

  element('computes', HTMLElement).textContent =
    `WebAssembly, build ${build}, ${found.threads} ${found.threads === 1 ? 'thread' : 'threads'} ` +
    `(${found.threadsReason}), in a worker: this page's own thread stays free`
  element('offline', HTMLElement).textContent = offline

  /** What the table shows: the stored training's epochs. */
  let shown: EpochLogs[] = []
  const show = (logs: EpochLogs[]) => {
    shown = logs
    localStorage.setItem(rowsKey, JSON.stringify(logs))
    history.hidden = logs.length === 0
    rows.replaceChildren(
      ...logs.map(({ epoch, loss, accuracy, valAccuracy, seconds }) => {
        const row = document.createElement('tr')
        for (const text of [
          `${epoch}`,
          loss.toFixed(4),
          percent(accuracy),
          percent(valAccuracy),
          seconds.toFixed(1),
        ]) {
          row.insertCell().textContent = text
        }
        return row
      }),
    )
  }

  let run: TrainingRun | undefined

  /** Between trainings: says what is stored. */
  const rest = async () => {
    const position = await storedPosition(store)
    const done = position?.epoch ?? 0
    restart.hidden = position === undefined
    epochs.disabled = false
    train.disabled = false
    train.textContent = position ? 'Go on' : 'Train'
    if (Number(epochs.value) <= done) epochs.value = String(done + 1)
    const where = storage.backend === 'opfs' ? 'the origin private file system' : 'IndexedDB'
    element('keeps', HTMLElement).textContent =
      `A checkpoint every ${CHECKPOINT_EVERY} batches and after each epoch, and MNIST, in this browser (${where})`
    if (!position) {
      say('Ready. MNIST is fetched first, once: 11.5 MB.', 'ready')
    } else {
      const within = position.iteration > 0 ? `, and ${position.iteration} batches of the next` : ''
      say(`Stored: ${done} ${done === 1 ? 'epoch' : 'epochs'}${within}. It goes on from there.`, 'ready')
    }
    progress.value = (position?.iteration ?? 0) / 600
    const read: EpochLogs[] = JSON.parse(localStorage.getItem(rowsKey) ?? '[]')
    show(read.filter(({ epoch }) => epoch <= done))
  }

  const start = async () => {
    if (!epochs.reportValidity()) return
    train.disabled = true
    epochs.disabled = true
    restart.hidden = true
    weightsEntry.hidden = true
    // So that the browser does not clear it when it wants room; it may refuse. Firefox asks its user, and answers when
    // they have: nothing waits for that.
    storage.persist().catch(fail)
    const training = await startTraining(build, Number(epochs.value), store, {
      onData: say,
      onResume: ({ epoch, iteration }) => say(`Going on from epoch ${epoch + 1}, batch ${iteration + 1} …`),
      onBatch: ({ epoch, iteration, iterations, loss }) => {
        progress.value = iteration / iterations
        if (!run?.isPaused)
          say(`Epoch ${epoch}, batch ${iteration} of ${iterations}, loss ${loss.toFixed(3)}`)
      },
      onEpoch: logs => show([...shown.filter(({ epoch }) => epoch !== logs.epoch), logs]),
    })
    run = training.run
    train.textContent = 'Pause'
    train.disabled = false
    try {
      show((await training.run).epochs)
      weights.textContent = await hashOf(await training.model.getParameters())
      weightsEntry.hidden = false
    } finally {
      run = undefined
      training.dispose()
    }
  }

  train.addEventListener('click', () => {
    if (!run)
      start()
        .then(rest)
        .catch(error => {
          fail(error)
          train.textContent = 'Try again'
          train.disabled = false
          epochs.disabled = false
        })
    else if (run.isPaused) {
      run.resume()
      train.textContent = 'Pause'
    } else {
      run.pause()
      train.textContent = 'Resume'
      say(`Paused. ${status.textContent}`)
    }
  })
  restart.addEventListener('click', () => {
    store.clear().then(rest).catch(fail)
  })
  await rest()
}

main().catch(fail)
