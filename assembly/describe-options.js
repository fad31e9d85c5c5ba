// What the options of optimisers and schedules mean, from the comments on their types: what stands before the colon.
import { readFile } from 'node:fs/promises'

/**
 * The text of src/cli/option-texts.ts.
 * @param {string} root the repository's
 */
export async function describeOptions(root) {
  let file = `// Written by \`npm run generate\` from the comments in src/optimizers/*-table.ts: change those.\n`
  for (const name of ['optimizer', 'schedule']) {
    const table = await readFile(`${root}src/optimizers/${name}-table.ts`, 'utf8')
    const [, members = ''] = /^interface \w+Settings \{\n([\s\S]*?)^\}/m.exec(table) ?? []
    const lines = [...members.matchAll(/\/\*\*([\s\S]*?)\*\/\s*(\w+)\?:/g)].map(
      ([, comment = '', option]) =>
        `  ${option}: ${JSON.stringify(summaryOf(comment)).replaceAll('"', "'")},\n`,
    )
    file += `\n/** The options of ${name}s, in the order of the help. */\nexport const ${name}Texts = {\n${lines.join('')}}\n`
  }
  return file
}

/** @param {string} comment */
function summaryOf(comment) {
  const text = comment
    .replace(/\n\s+\* /g, ' ')
    .replaceAll('`', '')
    .trim()
  const [summary = ''] = text.split(': ', 1)
  return summary.replace(/^[A-Z](?=[a-z ])/, letter => letter.toLowerCase())
}
