// Finds the Firefox that some tests drive. Run as a script, it also installs one where it may: on Debian, as root, from
// the distribution's own packages. A stock Firefox is driven by WebDriver BiDi, for which Playwright's own is not needed.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { argv, env, exit, getuid, stderr } from 'node:process'
import { fileURLToPath } from 'node:url'
import puppeteer from 'puppeteer-core'

const commands = ['firefox-esr', 'firefox']
const applications = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
]

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
 * The path of a Firefox on this machine: $FIREFOX_PATH, else the first one on $PATH or in its usual place.
 * @returns {string | undefined}
 */
export function findFirefox() {
  if (env.FIREFOX_PATH) return isExecutable(env.FIREFOX_PATH) ? env.FIREFOX_PATH : undefined
  const folders = (env.PATH ?? '').split(delimiter)
  const candidates = commands.flatMap(command => folders.map(folder => join(folder, command)))
  return [...candidates, ...applications].find(isExecutable)
}

/** What to do where there is none. */
const advice = env.FIREFOX_PATH
  ? `FIREFOX_PATH is ${env.FIREFOX_PATH}, which is not an executable file: correct it or unset it.`
  : 'These tests need Firefox, and none was found: install one (on Debian: "apt-get install firefox-esr"), or name it in ' +
    'FIREFOX_PATH.'

/**
 * Starts a headless Firefox with a profile of its own, or that in `profile`. Throws where none is found.
 * @param {{ profile?: string, preferences?: Record<string, unknown> }} [options]
 * @returns {Promise<import('puppeteer-core').Browser>}
 */
export function launchFirefox({ profile, preferences = {} } = {}) {
  const executablePath = findFirefox()
  if (!executablePath) throw new Error(advice)
  return puppeteer.launch({
    browser: 'firefox',
    protocol: 'webDriverBiDi',
    executablePath,
    headless: true,
    ...(profile !== undefined && { userDataDir: profile }),
    extraPrefsFirefox: {
      'app.update.enabled': false,
      'network.captive-portal-service.enabled': false,
      ...preferences,
    },
  })
}

/** @param {string[]} args */
function apt(...args) {
  const environment = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 2, 2], env: environment }).status === 0
}

if (argv[1] === fileURLToPath(import.meta.url) && !findFirefox()) {
  const mayInstall = !env.FIREFOX_PATH && getuid?.() === 0
  if (mayInstall && apt('update')) apt('install', '-y', '--no-install-recommends', 'firefox-esr')
  if (!findFirefox()) {
    stderr.write(`${advice}\n`)
    exit(1)
  }
}
