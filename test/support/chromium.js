// Finds the Chromium that the browser tests drive. Run as a script, it also installs one where it may:
// on Debian or Ubuntu, as root, from the distribution's own packages.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { argv, env, exit, getuid, stderr } from 'node:process'
import { fileURLToPath } from 'node:url'

const commands = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
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
 * The path of a Chromium or Chrome on this machine: $CHROMIUM_PATH, else the first one on $PATH or in its usual place.
 * @returns {string | undefined}
 */
export function findChromium() {
  if (env.CHROMIUM_PATH) return isExecutable(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : undefined
  const folders = (env.PATH ?? '').split(delimiter)
  const candidates = commands.flatMap(command => folders.map(folder => join(folder, command)))
  return [...candidates, ...applications].find(isExecutable)
}

/** @param {string[]} args */
function apt(...args) {
  const environment = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 2, 2], env: environment }).status === 0
}

if (argv[1] === fileURLToPath(import.meta.url) && !findChromium()) {
  const mayInstall = !env.CHROMIUM_PATH && getuid?.() === 0
  if (mayInstall && apt('update')) apt('install', '-y', '--no-install-recommends', 'chromium')
  if (!findChromium()) {
    stderr.write(
      env.CHROMIUM_PATH
        ? `CHROMIUM_PATH is ${env.CHROMIUM_PATH}, which is not an executable file: correct it or unset it.\n`
        : 'The browser tests need Chromium or Chrome, and none was found: install one (on Debian: "apt-get install chromium"), ' +
            'name it in CHROMIUM_PATH, or run the tests without a browser with "npm run test:node".\n',
    )
    exit(1)
  }
}
