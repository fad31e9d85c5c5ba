// Small projects, each with the package's tarball installed and nothing else of this repository, and the tools that
// build and run them. The projects stand in build/ beside this file, so that Node finds the tools beside it too.
import { type ChildProcess, type ExecFileOptions, execFile, spawn } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const here = import.meta.dirname
const tools = join(here, 'node_modules')

/** Nothing that a tool finds in its environment, or sends anywhere, takes part. */
const ENVIRONMENT = {
  NODE_ENV: undefined,
  NEXT_TELEMETRY_DISABLED: '1',
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
}

/** A command that hangs must not outlive its test. */
const OPTIONS = { timeout: 240_000, killSignal: 'SIGKILL', maxBuffer: 1e8 } as const

export interface Project {
  readonly directory: string
  /** Runs a program in the project; its standard output. Rejects with all that it said where it fails. */
  run(program: string, ...args: string[]): Promise<string>
  /** Starts a server in the project; resolves once it says its address, as `http://localhost:PORT`. */
  serve(program: string, ...args: string[]): Promise<{ url: string; process: ChildProcess }>
}

/**
 * Packs what was built and returns the tarball's path. `--ignore-scripts`: what the tests run on is what is packed. Where
 * a copy of the sources is given, builds and packs that.
 */
export async function packTarball(destination: string, copy?: string): Promise<string> {
  mkdirSync(destination, { recursive: true })
  const args = ['pack', '--silent', '--pack-destination', destination, ...(copy ? [] : ['--ignore-scripts'])]
  // The scripts of the copy build it, whatever npm was told that runs these tests.
  const env = { ...process.env, npm_config_ignore_scripts: 'false' }
  const { stdout } = await promisify(execFile)('npm', args, {
    cwd: copy ?? join(here, '../..'),
    env,
    ...OPTIONS,
  })
  return join(destination, stdout.trim())
}

/** A copy of projects/NAME, with the files that all projects share, in which the tarball was installed. */
export async function createProject(name: string, tarball: string, copy = name): Promise<Project> {
  const directory = join(here, 'build', copy)
  rmSync(directory, { recursive: true, force: true })
  for (const source of [name, 'main.js', 'train.js']) {
    cpSync(join(here, 'projects', source), source === name ? directory : join(directory, source), {
      recursive: true,
    })
  }
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({ name: `with-${name}`, private: true, type: 'module' }),
  )
  const options: ExecFileOptions = { cwd: directory, env: { ...process.env, ...ENVIRONMENT }, ...OPTIONS }
  const run = async (program: string, ...args: string[]) => {
    try {
      return (await promisify(execFile)(program, args, options)).stdout.toString()
    } catch (error) {
      const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string }
      throw new Error(`${message}\n${stdout}\n${stderr}`, { cause: error })
    }
  }
  await run('npm', 'install', '--offline', '--no-audit', '--no-fund', tarball)
  return { directory, run, serve: (program, ...args) => serve(spawn(program, args, options)) }
}

function serve(child: ChildProcess): Promise<{ url: string; process: ChildProcess }> {
  return new Promise((resolve, reject) => {
    let said = ''
    const listen = (data: Buffer) => {
      said += data
      const url = /https?:\/\/localhost:\d+/.exec(said)?.[0]
      if (url) resolve({ url, process: child })
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`the server ended with code ${code}:\n${said}`)))
  })
}

/** The path of a tool's script or binary, in the packages that test/package/package.json names. */
export const tool = (path: string): string => join(tools, path)

/** The version of a tool that test/package/package-lock.json has. */
export function toolVersion(name: string): string {
  return JSON.parse(readFileSync(join(tools, name, 'package.json'), 'utf8')).version.replace(/^v/, '')
}
