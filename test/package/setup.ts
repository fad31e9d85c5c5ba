// Before all tests of the package: one tarball, and what Node gets from the shared training, with which every other
// runtime and every bundler is compared.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { createProject, packTarball } from './project.ts'
import type { TrainingResult } from './result.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the tarball. */
    tarball: string
    /** What this Node gets. */
    reference: TrainingResult
  }
}

export default async function setup({ provide }: TestProject) {
  const build = join(import.meta.dirname, 'build')
  rmSync(build, { recursive: true, force: true })
  const tarball = await packTarball(build)
  const project = await createProject('runtimes', tarball, 'reference')
  provide('tarball', tarball)
  provide('reference', JSON.parse(await project.run(process.execPath, 'import.js')))
}
