// What the address promises of a run, and whether it came out.
import { useComputed } from '@preact/signals'
import { formatNumber } from '../../languages.ts'
import { Live } from '../../parts/live.tsx'
import { repetition } from './run-link.model.ts'
import { words } from './run-link.texts.ts'

export function RunLink() {
  return <Live id="run-link" class="caption" text={useComputed(sentence)} />
}

function sentence(): string {
  const text = words.value
  const run = repetition.value
  switch (run.is) {
    case 'none':
      return ''
    case 'linked':
      return text.linked
    case 'same':
      return text.same(formatNumber(run.epoch))
    case 'kept-same':
      return text['kept-same'](formatNumber(run.epoch))
    case 'kept-other':
      return text['kept-other'](formatNumber(run.epoch), run.weights)
    case 'other':
      return text.other(formatNumber(run.epoch)) + (run.isRelaxed ? ` ${text.relaxed}` : '')
    case 'asked':
    case 'passed': {
      const said = text[run.is](formatNumber(run.epoch), run.weights)
      return run.lacks ? `${said} ${text.lacks(run.lacks)}` : said
    }
  }
}
