// What the library says of tables, in the words of the command line: `--column age=number` where a program says
// `kinds: { age: 'number' }`.

/** Regular expressions for words of the library, and ours. */
const WORDS: readonly (readonly [library: RegExp, here: string])[] = [
  [/(?:set |by |with )?kinds: \{ ("(?:[^"\\]|\\.)*"): '(\w+)' \}/g, 'set --column $1=$2'],
  [/by kinds: 'skip'/g, 'by --column <name>=skip'],
  [/\bkeep names a column/g, '--keep names a column'],
  [/\btarget names a column/g, '--target names a column'],
  [/\bkinds names a column/g, '--column names a column'],
  [/\bcolumns names/g, '--column names'],
  [/train with columns: \{ ("(?:[^"\\]|\\.)*"): \{ (\w+): '(\w+)' \} \}/g, 'train with --column $1=$2:$3'],
  [/train with missing: '(\w+)'/g, 'train with --column <name>=missing:$1'],
  [/^folds are /, '--folds is '],
  [/^(validation|test) is (?=0)/, '--$1 is '],
  [/^test and validation take all (\d+ rows: use smaller shares).*$/, '--test and --validation take all $1'],
  [/^stratify is true, but/, '--stratify is given, but'],
  [/, or stratify: false$/, ', or --no-stratify'],
  [/\b(encoding|format|delimiter|decimal|thousands|comment): '([^']*)'/g, '--$1 $2'],
  [/ \(is it one JSON text\? Then set --format json\)/g, ' (is it one JSON text? Then give --format json)'],
]

/** A message in the words of the command line. */
export const inTableWords = (message: string): string =>
  WORDS.reduce((text, [library, here]) => text.replace(library, here), message)
