// The Chromium that the browser tests drive. Run as a script, it also installs one where it may.
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { findBrowser, provideBrowser } from './find-browser.js'

/** @type {import('./find-browser.js').KnownBrowser} */
export const chromium = {
  variable: 'CHROMIUM_PATH',
  commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
  applications: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  debianPackage: 'chromium',
  advice:
    'The browser tests need Chromium or Chrome, and none was found: install one (on Debian: "apt-get install chromium"), ' +
    'name it in CHROMIUM_PATH, or run the tests without a browser with "npm run test:node".',
}

export const findChromium = () => findBrowser(chromium)

if (argv[1] === fileURLToPath(import.meta.url)) provideBrowser(chromium)
