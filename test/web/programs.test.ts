// Programs of the page: what they import, print, and fail with, and how their runs stand.
import { describe, expect, test, vi } from 'vitest'
import { difference } from '../../src/web/build/kernel-texts.ts'
import { faultOf } from '../../src/web/programs/fault.ts'
import { formatted } from '../../src/web/programs/formatted.ts'
import type { RunnerFrame } from '../../src/web/programs/frame.ts'
import type { FromProgram, PrintedLine, ToRunner } from '../../src/web/programs/messages.ts'
import { resolved } from '../../src/web/programs/modules.ts'
import { Printer } from '../../src/web/programs/printer.ts'
import { ProgramRun } from '../../src/web/programs/run.model.ts'
import { importer, PROGRAM, scriptOf } from '../../src/web/programs/scripts.ts'

describe('the packages that a program imports', () => {
  const urls = new Map([
    ['wasmlp', 'blob:1'],
    ['wasmlp/kernels', 'blob:2'],
  ])

  test.each([
    ["import { dense } from 'wasmlp'", "import { dense } from 'blob:1'"],
    ['import * as all from "wasmlp/kernels"', 'import * as all from "blob:2"'],
    ["import {\n  dense,\n} from 'wasmlp'", "import {\n  dense,\n} from 'blob:1'"],
    ["const { dense } = await import('wasmlp')", "const { dense } = await import('blob:1')"],
    ["import 'wasmlp'", "import 'blob:1'"],
    ["import lodash from 'lodash'", "import lodash from 'lodash'"],
    ["console.log('wasmlp')", "console.log('wasmlp')"],
  ])('%s', (program, expected) => {
    expect(resolved(program, [...urls.keys()], urls).code).toBe(expected)
  })

  test('are found by name', () => {
    const program = "import { dense } from 'wasmlp'\nimport { createKernels } from 'wasmlp/kernels'"
    expect(resolved(program, ['wasmlp', 'wasmlp/kernels', 'wasmlp/data']).names).toEqual([
      'wasmlp',
      'wasmlp/kernels',
    ])
  })
})

describe('a program as a script', () => {
  const modules = new Map<string, object>([
    ['wasmlp', { dense: 1, dataset: 2 }],
    ['wasmlp/kernels', { createKernels: 3 }],
  ])
  /** Runs it; it gives what it leaves in `result`. */
  async function result(program: string): Promise<unknown> {
    const scope: Record<string, unknown> = {}
    const place = `scope.${PROGRAM}`
    new Function('scope', scriptOf(program).replace(PROGRAM, place))(scope)
    await (scope[PROGRAM] as (take: unknown) => Promise<void>)(Object.assign(importer(modules), { scope }))
    return scope.result
  }

  test.each<[string, unknown]>([
    ["import { dense, dataset as data } from 'wasmlp'\nRESULT = [dense, data]", [1, 2]],
    ["RESULT = dense\nimport {\n  dense,\n} from 'wasmlp';", 1],
    ['import * as all from "wasmlp/kernels"\nRESULT = Object.keys(all)', ['createKernels']],
    ["import 'wasmlp'\nRESULT = (await import('wasmlp')).dataset", 2],
  ])('%s', async (program, expected) => {
    expect(await result(program.replace('RESULT', 'wasmlpImport.scope.result'))).toEqual(expected)
  })

  test.each([
    ["import { densee } from 'wasmlp'", SyntaxError, 'densee'],
    ["import all from 'wasmlp'", SyntaxError, 'default'],
    ["import lodash from 'lodash'", TypeError, 'lodash'],
  ])('%s', async (program, kind, named) => {
    await expect(result(program)).rejects.toThrow(kind)
    await expect(result(program)).rejects.toThrow(named)
  })

  test('has its lines where they were', () => {
    const program = "import {\n  dense,\n} from 'wasmlp'\n\ndense()"
    expect(scriptOf(program).split('\n')[4]).toBe('dense()')
  })
})

test('a module is put together from another one and what is different', () => {
  const base = Array.from({ length: 500 }, (_, i) => String.fromCharCode((i * i * 7 + i) % 251)).join('')
  const text = `${base.slice(0, 200)}\0new${base.slice(203, 470)}${base.slice(20, 60)}end`
  const parts = difference(base, text)
  expect(parts.map(part => (typeof part === 'string' ? part : base.substr(...part))).join('')).toBe(text)
  expect(parts.flatMap(part => (typeof part === 'string' ? [part] : [])).join('').length).toBeLessThan(20)
})

describe('what is printed of a value', () => {
  class Model {
    toString() {
      return 'Sequential of 2 inputs'
    }
  }
  const ring: Record<string, unknown> = { of: 1 }
  ring.self = ring

  test.each<[unknown, string]>([
    ['a text', 'a text'],
    [['a text'], "['a text']"],
    [1.5, '1.5'],
    [-0, '-0'],
    [null, 'null'],
    [undefined, 'undefined'],
    [10n, '10n'],
    [{ loss: 0.5, accuracy: 1 }, '{ loss: 0.5, accuracy: 1 }'],
    [{ 'a b': [1, 2] }, "{ 'a b': [1, 2] }"],
    [Float32Array.of(1, 0.5), 'Float32Array(2) [1, 0.5]'],
    [new Map([['a', 1]]), "Map(1) [['a', 1]]"],
    [Array.from({ length: 102 }, () => 1).fill(2), `[${'2, '.repeat(100)}… 2 more]`],
    [new TypeError('no'), 'TypeError: no'],
    [new Model(), 'Sequential of 2 inputs'],
    [{}, '{}'],
    [[], '[]'],
    [ring, '{ of: 1, self: { of: 1, self: { of: 1, self: { … } } } }'],
    [Object.create(null), '{}'],
  ])('%o', (value, expected) => {
    expect(formatted(value)).toBe(expected)
  })

  test('a long object has a line for each property', () => {
    const long = { first: 'a'.repeat(50), second: 'b'.repeat(50) }
    expect(formatted(long)).toBe(`{\n  first: '${long.first}',\n  second: '${long.second}'\n}`)
  })
})

describe('printing', () => {
  test('is told at once while it is little, and in pieces where it is much', () => {
    let now = 0
    const told: (readonly PrintedLine[])[] = []
    const printer = new Printer(
      lines => told.push(lines),
      () => now,
    )
    for (let i = 0; i < 5000; ++i) printer.print('log', [i])
    expect(told).toHaveLength(100)
    now = 150
    printer.print('log', ['later'])
    // Without a timer, which an endless loop never comes to.
    expect(told).toHaveLength(101)
    const last = told.at(-1) ?? []
    expect(last).toHaveLength(1000)
    expect([last[0]?.text, last.at(-1)?.text]).toEqual(['4001', 'later'])
  })

  test('a text of any length is cut', () => {
    let printed = ''
    new Printer(([line]) => {
      printed = line?.text ?? ''
    }).print('log', ['x'.repeat(1e6)])
    expect(printed.length).toBeLessThan(20_010)
  })
})

describe('a fault', () => {
  const url = 'blob:http://localhost/1-2'
  const names = new Map([
    [url, 'the program'],
    ['blob:http://localhost/3', 'wasmlp'],
  ])
  const failed = (error: Error, stack: string) => Object.assign(error, { stack })

  test.each([
    ['Chromium', `TypeError: no\n    at ${url}:7:9`, 7],
    ['Firefox', `@${url}:12:3\n`, 12],
    ['within the package', `Error: no\n    at dense (http://localhost/a.js:1:2)\n    at async ${url}:5:1`, 5],
    ['elsewhere', 'Error: no\n    at http://localhost/a.js:1:2', undefined],
  ])('has its line: %s', (_, stack, line) => {
    expect(faultOf(failed(new TypeError('no'), stack), url, names)).toEqual({
      message: 'TypeError: no',
      line,
    })
  })

  test('of syntax has the line that Firefox writes', () => {
    const error = failed(new SyntaxError("missing ')'"), 'SyntaxError: missing )')
    expect(faultOf(error, url, names).line).toBeUndefined()
    expect(faultOf(Object.assign(error, { fileName: url, lineNumber: 4 }), url, names).line).toBe(4)
  })

  test('calls modules by their names', () => {
    const error = new SyntaxError("'blob:http://localhost/3' does not provide an export named 'dens'")
    expect(faultOf(error, url, names).message).toBe(
      "SyntaxError: 'wasmlp' does not provide an export named 'dens'",
    )
  })

  test('may be anything that is thrown', () => {
    expect(faultOf({ code: 1 }, url, names)).toEqual({ message: '{ code: 1 }', line: undefined })
  })
})

describe('a run', () => {
  const places = { engine: undefined, mnist: 'http://localhost/mnist/' }
  const opened = () => {
    const sent: ToRunner[] = []
    let say: (said: FromProgram) => void = () => {}
    const frame: RunnerFrame = {
      send: message => sent.push(message),
      follow: (_, onSaid) => {
        say = onSaid
      },
    }
    return { sent, frame, say: (said: FromProgram) => say(said) }
  }

  test('sends the text as it is edited, and shows what is said of it', async () => {
    const { sent, frame, say } = opened()
    const run = new ProgramRun('one', async () => frame, places)
    run.code.value = 'two'
    await run.start()
    expect(sent.at(-1)).toMatchObject({ program: 'two', places })
    expect([run.state.value.is, run.isBusy.value, run.isChanged.value]).toEqual(['running', true, true])
    say({ is: 'printed', lines: [{ kind: 'log', text: 'hello' }] })
    say({ is: 'finished', seconds: 1 })
    expect(run.printed.value).toEqual([{ kind: 'log', text: 'hello' }])
    expect(run.state.value).toEqual({ is: 'finished', seconds: 1 })
  })

  test('is stopped, and nothing is heard of it any more', async () => {
    const { sent, frame, say } = opened()
    const run = new ProgramRun('for (;;) {}', async () => frame, places)
    await run.start()
    run.toggle()
    say({ is: 'printed', lines: [{ kind: 'log', text: 'late' }] })
    await vi.waitFor(() => expect(sent).toHaveLength(2))
    expect(sent[1]).toEqual({ stop: (sent[0] as { run: number }).run })
    expect([run.state.value.is, run.printed.value.length]).toEqual(['stopped', 0])
  })

  test('ends the one before', async () => {
    const { frame } = opened()
    const first = new ProgramRun('1', async () => frame, places)
    const second = new ProgramRun('2', async () => frame, places)
    await first.start()
    await second.start()
    expect([first.state.value.is, second.state.value.is]).toEqual(['stopped', 'running'])
  })

  test('keeps the last lines, and counts the others', async () => {
    const { frame, say } = opened()
    const run = new ProgramRun('', async () => frame, places)
    await run.start()
    for (let i = 0; i < 3; ++i) {
      say({ is: 'printed', lines: Array.from({ length: 500 }, () => ({ kind: 'log', text: `${i}` })) })
    }
    expect([run.printed.value.length, run.dropped.value]).toEqual([1000, 500])
    expect(run.printed.value[0]?.text).toBe('1')
  })

  test('says why there is none', async () => {
    const run = new ProgramRun('', () => Promise.reject(new Error('no frame')), places)
    await run.start()
    expect(run.state.value).toEqual({ is: 'unavailable', reason: 'no frame' })
  })
})
