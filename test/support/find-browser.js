// Finds a browser that tests drive, and installs one where it may: on Debian or Ubuntu, as root, from the distribution's
// own packages.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { env, exit, getuid, stderr } from 'node:process'

/**
 * @typedef {object} KnownBrowser
 * @property {string} variable The environment variable that names its file.
 * @property {string[]} commands What it is called on $PATH, the preferred one first.
 * @property {string[]} applications Its usual places elsewhere.
 * @property {string} debianPackage
 * @property {string} advice What to do where there is none.
 */

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * The browser's path on this machine: the one that its variable names, else the first one on $PATH or in its usual place.
 * @param {KnownBrowser} browser
 * @returns {string | undefined}
 */
export function findBrowser({ variable, commands, applications }) {
  const named = env[variable]
  if (named) return isExecutable(named) ? named : undefined
  const folders = (env.PATH ?? '').split(delimiter)
  const candidates = commands.flatMap(command => folders.map(folder => join(folder, command)))
  return [...candidates, ...applications].find(isExecutable)
}

/**
 * What to do where the browser is not found.
 * @param {KnownBrowser} browser
 */
export function adviceFor({ variable, advice }) {
  const named = env[variable]
  if (!named) return advice
  return `${variable} is ${named}, which is not an executable file: correct it or unset it.`
}

/** @param {string[]} args */
function apt(...args) {
  const environment = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 2, 2], env: environment }).status === 0
}

/**
 * Installs the browser if it is not there; ends the process, and says why, where that fails.
 * @param {KnownBrowser} browser
 */
export function provideBrowser(browser) {
  if (findBrowser(browser)) return
  const mayInstall = !env[browser.variable] && getuid?.() === 0
  if (mayInstall && apt('update')) apt('install', '-y', '--no-install-recommends', browser.debianPackage)
  if (findBrowser(browser)) return
  stderr.write(`${adviceFor(browser)}\n`)
  exit(1)
}
