// What a file is, by its first bytes and its name: for errors about files of another kind than was asked for.

/** A kind of file. */
export interface FileKind {
  /** With its article: `a CSV file`. */
  readonly what: string
  /** Several of them: `CSV files`. */
  readonly many: string
  /** What to do with it; empty where nothing can be said. */
  readonly advice: string
}

const kind = (article: string, name: string, advice = ''): FileKind => ({
  what: `${article} ${name}`,
  many: `${name}s`,
  advice,
})

const CSV = kind('a', 'CSV file', 'loadCsv of wasmlp/data reads it')
const NPY = kind('a', 'NumPy file', 'loadNpy of wasmlp/data reads it')
const NPZ = kind('a', 'NumPy archive', 'loadNpz of wasmlp/data reads it')
const PIXELS = 'decode the pixels, and give them to dataset() or write them to an IDX file'
const IDX = kind('an', 'IDX file', 'name the folder that it is in')
const UNPACK = 'unpack it first'

/** By the text that a file begins with. */
const MAGIC: readonly (readonly [bytes: string, FileKind])[] = [
  ['\x93NUMPY', NPY],
  ['\x89PNG', kind('a', 'PNG image', PIXELS)],
  ['\xff\xd8\xff', kind('a', 'JPEG image', PIXELS)],
  ['\x89HDF', kind('an', 'HDF5 file')],
  ['PAR1', kind('a', 'Parquet file')],
  ['PK', kind('a', 'ZIP archive', UNPACK)],
  ['\x1f\x8b', kind('a', 'gzipped file', UNPACK)],
  ['\x80', kind('a', 'Python pickle')],
  ['\0\0\x08', IDX],
  ['{', kind('a', 'JSON file')],
  ['[', kind('a', 'JSON file')],
]

/** By the ending of a name, in lower case, without .gz. */
const ENDINGS: Readonly<Record<string, FileKind>> = {
  csv: CSV,
  tsv: CSV,
  npy: NPY,
  npz: NPZ,
  png: kind('a', 'PNG image', PIXELS),
  jpg: kind('a', 'JPEG image', PIXELS),
  jpeg: kind('a', 'JPEG image', PIXELS),
  tar: kind('a', 'tar archive', UNPACK),
  tgz: kind('a', 'tar archive', UNPACK),
  pkl: kind('a', 'Python pickle'),
  safetensors: kind('a', 'safetensors file'),
  onnx: kind('an', 'ONNX model'),
}

/** The kind that a file's name says; undefined for others. */
export function kindByName(name: string): FileKind | undefined {
  const [, ending = ''] = /\.(\w+)(?:\.gz)?$/.exec(name.toLowerCase()) ?? []
  return Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined
}

/** The kind that a file's first bytes or its name say. What is text with several fields in its first line, is CSV. */
export function kindOfFile(first: Uint8Array, name: string): FileKind | undefined {
  const named = kindByName(name)
  if (named) return named
  const text = String.fromCharCode(...first.subarray(0, 256))
  const found = MAGIC.find(([bytes]) => text.startsWith(bytes))
  if (found) return found[1]
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what makes it text
  const isText = !/[\x00-\x08\x0e-\x1f]/.test(text)
  return isText && /^[^\r\n]*[,;\t]/.test(text) ? CSV : undefined
}
