// The kind of a file, by its first bytes and its name: to choose a reader, and for errors about unexpected files. To
// add a kind, add a row; the table in docs/formats.md comes from it.

/** A kind of file. */
export interface FileKind {
  /** With its article: `a CSV file`. */
  readonly what: string
  /** How such a file begins, one character per byte; undefined where that says nothing. */
  readonly begins?: RegExp
  /** The endings of its name, in lower case, without .gz. */
  readonly endings?: readonly string[]
  /** What reads it; undefined where nothing does. */
  readonly reader?: string
  /** What to do with one in place of MNIST's four files; undefined for using its reader, or nothing. */
  readonly advice?: string
  /** What the command line calls a model in it, and the ending of its name. */
  readonly model?: { readonly format: ModelFormat; readonly ending: string }
}

/** The formats of a model file. */
export type ModelFormat = 'safetensors' | 'onnx' | 'layersModel'

const advice = 'decode the pixels, and give them to dataset() or write them to an IDX file'
const UNPACK = 'unpack it first'

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: formats begin with them
const CSV: FileKind = { what: 'a CSV file', endings: ['csv', 'tsv'], reader: '`loadCsv` of `wasmlp/data`' }

/** The first match counts: the length at the start of a safetensors file may look like ONNX or JSON. */
export const FILE_KINDS: readonly FileKind[] = [
  CSV,
  { what: 'a NumPy file', begins: /^\x93NUMPY/, endings: ['npy'], reader: '`loadNpy` of `wasmlp/data`' },
  { what: 'a NumPy archive', endings: ['npz'], reader: '`loadNpz` of `wasmlp/data`' },
  {
    what: 'an IDX file',
    begins: /^\0\0\x08/,
    reader: '`loadMnist`, `parseIdx`',
    advice: 'name the folder that it is in',
  },
  {
    what: 'a safetensors file',
    begins: /^.{4}\0{4}\{/s,
    endings: ['safetensors'],
    reader: '`sequentialFromSafetensors`',
    advice: '',
    model: { format: 'safetensors', ending: '.safetensors' },
  },
  {
    what: 'an ONNX model',
    begins: /^\x08/,
    endings: ['onnx'],
    reader: '`sequentialFromOnnx` of `wasmlp/formats`',
    advice: '',
    model: { format: 'onnx', ending: '.onnx' },
  },
  {
    what: 'a JSON file',
    begins: /^\{/,
    reader: '`sequentialFromLayersModel` of `wasmlp/formats`, a `model.json`',
    advice: '',
    model: { format: 'layersModel', ending: '.json' },
  },
  { what: 'a JSON file', begins: /^\[/ },
  { what: 'a PNG image', begins: /^\x89PNG/, endings: ['png'], advice },
  { what: 'a JPEG image', begins: /^\xff\xd8\xff/, endings: ['jpg', 'jpeg'], advice },
  { what: 'an HDF5 file', begins: /^\x89HDF/ },
  { what: 'a Parquet file', begins: /^PAR1/ },
  { what: 'a Python pickle', begins: /^\x80/, endings: ['pkl'] },
  { what: 'a ZIP archive', begins: /^PK/, advice: UNPACK },
  { what: 'a tar archive', endings: ['tar', 'tgz'], advice: UNPACK },
  { what: 'a gzipped file', begins: /^\x1f\x8b/, advice: UNPACK },
]

/** The plural: `CSV files`. */
export const several = ({ what }: FileKind) => `${what.replace(/^an? /, '')}s`

/** What to do with such a file in place of MNIST's files; empty where nothing can be said. */
export const adviceOn = ({ advice, reader }: FileKind) =>
  advice ?? (reader ? `${reader.replaceAll('`', '')} reads it` : '')

/** The kind by a file's name; undefined for others. */
export function kindByName(name: string): FileKind | undefined {
  const [, ending = ''] = /\.(\w+)(?:\.gz)?$/.exec(name.toLowerCase()) ?? []
  return FILE_KINDS.find(({ endings }) => endings?.includes(ending))
}

/** The kind by a file's first bytes or its name. Text with several fields in its first line is CSV. */
export function kindOfFile(first: Uint8Array, name: string): FileKind | undefined {
  const named = kindByName(name)
  if (named) return named
  const text = String.fromCharCode(...first.subarray(0, 256))
  const found = FILE_KINDS.find(({ begins }) => begins?.test(text))
  if (found) return found
  const isText = !/[\x00-\x08\x0e-\x1f]/.test(text)
  return isText && /^[^\r\n]*[,;\t]/.test(text) ? CSV : undefined
}

/** The format of a model file by its first bytes, otherwise by its name; undefined for others. */
export function modelFormat(first: Uint8Array, name: string): ModelFormat | undefined {
  const text = String.fromCharCode(...first.subarray(0, 256))
  const models = FILE_KINDS.filter(({ model }) => model)
  const found = models.find(({ begins }) => begins?.test(text)) ?? models.find(kind => isNamed(kind, name))
  return found?.model?.format
}

/** The format of a model file by its name; undefined for others. */
export const modelFormatByName = (name: string): ModelFormat | undefined =>
  FILE_KINDS.find(kind => isNamed(kind, name))?.model?.format

const isNamed = ({ model }: FileKind, name: string) => Boolean(model && name.endsWith(model.ending))
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: formats begin with them
