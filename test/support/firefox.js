// The Firefox that some tests drive: a stock one, by WebDriver BiDi, for which Playwright's own is not needed. Run as a
// script, it also installs one where it may.
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { provideBrowser } from './find-browser.js'

/** @type {import('./find-browser.js').KnownBrowser} */
export const firefox = {
  variable: 'FIREFOX_PATH',
  commands: ['firefox-esr', 'firefox'],
  applications: [
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  ],
  debianPackage: 'firefox-esr',
  advice:
    'These tests need Firefox, and none was found: install one (on Debian: "apt-get install firefox-esr"), or name it in ' +
    'FIREFOX_PATH.',
}

if (argv[1] === fileURLToPath(import.meta.url)) provideBrowser(firefox)
