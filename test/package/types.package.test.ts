// Programs in TypeScript, strict and with all libraries checked, by every compiler and every resolution of modules.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { createProject, type Project, tool, toolVersion } from './project.ts'

const root = resolve(import.meta.dirname, '../..')

const COMPILERS = {
  // The first whose typed arrays are generic.
  [`TypeScript ${toolVersion('typescript57')}`]: tool('typescript57/bin/tsc'),
  [`TypeScript ${toolVersion('typescript5')}`]: tool('typescript5/bin/tsc'),
  'TypeScript 6': join(root, 'node_modules/typescript/bin/tsc'),
  [`TypeScript ${toolVersion('typescript7')}`]: tool('typescript7/bin/tsc'),
}

const RESOLUTIONS = [
  { moduleResolution: 'bundler', module: 'esnext' },
  { moduleResolution: 'nodenext', module: 'nodenext' },
]

/** What a program may know of its surroundings. */
const SURROUNDINGS = {
  'in a page': { lib: ['es2022', 'dom'], types: [] },
  'in a worker': { lib: ['es2022', 'webworker'], types: [] },
  'in Node': { lib: ['es2022'], types: ['node'] },
}

let project: Project

beforeAll(async () => {
  project = await createProject('types', inject('tarball'))
})

describe.each(Object.entries(COMPILERS))('%s', (compiler, tsc) => {
  describe.each(RESOLUTIONS)('moduleResolution $moduleResolution', resolution => {
    test.each(Object.entries(SURROUNDINGS))(
      '%s, as ES module and as CommonJS',
      async (place, surroundings) => {
        const directory = join(project.directory, compiler, resolution.moduleResolution, place)
        mkdirSync(directory, { recursive: true })
        for (const name of ['use.ts', 'use.cts'])
          cpSync(join(project.directory, 'use.ts'), join(directory, name))
        // All declarations are checked but the compiler's own.
        const checked = { strict: true, skipLibCheck: false, skipDefaultLibCheck: true }
        const compilerOptions = { target: 'es2022', ...checked, noEmit: true }
        const configuration = { compilerOptions: { ...compilerOptions, ...resolution, ...surroundings } }
        writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(configuration))
        expect(await project.run(process.execPath, tsc, '-p', directory)).toBe('')
      },
    )
  })
})
