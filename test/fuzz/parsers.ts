// What is fuzzed: a row for each reader of files.
import { sequentialFromSafetensors } from '../../src/api/sequential.ts'
import { pixelsOf } from '../../src/cli/picture.ts'
import { decodePng } from '../../src/cli/png.ts'
import { fileOf } from '../../src/data/byte-files.ts'
import { parseCsv } from '../../src/data/csv.ts'
import { gunzip } from '../../src/data/gzip.ts'
import { parseNpy } from '../../src/data/npy.ts'
import { parseNpz } from '../../src/data/npz.ts'
import { kindOfFile, modelFormat } from '../../src/file-kind.ts'
import { readSafetensors } from '../../src/files/safetensors.ts'
import { sequentialFromOnnx } from '../../src/formats/onnx-import.ts'
import { readIdxBytes } from '../../src/mnist/idx.ts'
import { StoredModels } from '../../src/storage/models.ts'
import { parseTable } from '../../src/tables/load-table.ts'
import { tableModelFromSafetensors } from '../../src/tables/sequential-for.ts'
import { csv } from './grammars/csv.ts'
import { gzip, gzipOf } from './grammars/gzip.ts'
import { idx } from './grammars/idx.ts'
import { jpeg } from './grammars/jpeg.ts'
import { npy } from './grammars/npy.ts'
import { png } from './grammars/png.ts'
import { protobuf } from './grammars/protobuf.ts'
import { jsonAndWeights, safetensors } from './grammars/safetensors.ts'
import { zip } from './grammars/zip.ts'
import { differenceOfCsv } from './oracles/csv.ts'
import { differenceOfDataset } from './oracles/dataset.ts'
import { differenceOfGzip } from './oracles/gzip.ts'
import { differenceOfIdx } from './oracles/idx.ts'
import { differenceOfModel } from './oracles/model.ts'
import { differenceOfNpy } from './oracles/npy.ts'
import { differenceOfNpz } from './oracles/npz.ts'
import { differenceOfOnnx } from './oracles/onnx.ts'
import { differenceOfPng } from './oracles/png.ts'
import { differenceOfSafetensors } from './oracles/safetensors.ts'
import type { Grammar } from './tree.ts'
import { resume } from './uses/checkpoint.ts'
import { csvOptions, differenceOfStream, streamedCsv } from './uses/csv.ts'
import { readLayersModel, used, weightsOf } from './uses/models.ts'
import { holding, readStoredDataset } from './uses/storage.ts'
import { usedTableModel } from './uses/table-model.ts'
import { whole } from './uses/whole.ts'

/** A reader of files. */
export interface Parser<Found = unknown> {
  /** Folders of `seeds/`. */
  readonly seeds: readonly string[]
  readonly grammar: Grammar & { readonly texts?: readonly string[] }
  /** Reads a file, as a program does that opens it, and uses it a little. `seed` is the file that it was made of. */
  read(bytes: Uint8Array, seed: string): Found | Promise<Found>
  /** The codes of errors that it may refuse files with. */
  readonly refusals: RegExp
  /** What is wrong with what was read, in words; undefined where it is right. */
  compare?(bytes: Uint8Array, found: Found, seed: string): string | undefined | Promise<string | undefined>
}

const MAX_BYTES = 1e6

/** Lets TypeScript infer what is read, and forget it. */
const reader = <Found>(parser: Parser<Found>): Parser => parser

const OF_DATA = /^ERR_DATA_/
const OF_MODELS = /^ERR_FORMAT$/
const OF_STORAGE = /^ERR_(STORAGE_DAMAGED|FORMAT)$/

export const PARSERS = {
  npy: reader({
    seeds: ['npy'],
    grammar: npy,
    read: bytes => parseNpy(bytes),
    refusals: OF_DATA,
    compare: differenceOfNpy,
  }),
  npz: reader({
    seeds: ['npz'],
    grammar: zip,
    read: bytes => ({ ...parseNpz(bytes, { maxBytes: MAX_BYTES }) }),
    refusals: OF_DATA,
    compare: differenceOfNpz,
  }),
  gzip: reader({
    seeds: ['gzip'],
    grammar: gzip,
    read: bytes => whole(gunzip(fileOf(bytes).chunks(), MAX_BYTES)),
    refusals: OF_DATA,
    compare: differenceOfGzip,
  }),
  csv: reader({
    seeds: ['csv'],
    grammar: csv,
    read: (bytes, seed) => parseCsv(bytes, csvOptions(seed)),
    refusals: /^ERR_(DATA_.*|ARGUMENT)$/, // a column of the options may be missing
    compare: (bytes, found, seed) => differenceOfCsv(bytes, found, csvOptions(seed)),
  }),
  table: reader({
    seeds: ['csv'],
    grammar: csv,
    read: async bytes => (await parseTable(bytes)).describe(),
    refusals: OF_DATA,
  }),
  'table-model': reader({
    seeds: ['table-models'],
    grammar: safetensors,
    read: async bytes => usedTableModel(await tableModelFromSafetensors(bytes)),
    refusals: /^ERR_(FORMAT|DATA_VALUE)$/, // a number may be beyond single precision for the scales of a file
  }),
  'csv-stream': reader({
    seeds: ['csv'],
    grammar: csv,
    read: streamedCsv,
    refusals: /^ERR_(DATA_.*|ARGUMENT)$/,
    compare: differenceOfStream,
  }),
  idx: reader({
    seeds: ['idx'],
    grammar: idx,
    read: bytes => readIdxBytes(bytes, { maxBytes: MAX_BYTES }),
    refusals: OF_DATA,
    compare: differenceOfIdx,
  }),
  'idx-gzip': reader({
    seeds: ['idx-gzip'],
    grammar: gzipOf(idx),
    read: bytes => readIdxBytes(bytes, { maxBytes: MAX_BYTES }),
    refusals: OF_DATA,
    compare: differenceOfIdx,
  }),
  safetensors: reader({
    seeds: ['safetensors', 'model', 'checkpoint'],
    grammar: safetensors,
    read: bytes => readSafetensors(bytes),
    refusals: OF_MODELS,
    compare: differenceOfSafetensors,
  }),
  weights: reader({
    seeds: ['safetensors'],
    grammar: safetensors,
    read: (bytes, seed) => weightsOf(bytes, seed),
    refusals: OF_MODELS,
  }),
  model: reader({
    seeds: ['model'],
    grammar: safetensors,
    read: async bytes => used(await sequentialFromSafetensors(bytes)),
    refusals: OF_MODELS,
    compare: differenceOfModel,
  }),
  'stored-model': reader({
    seeds: ['stored-models'],
    grammar: safetensors,
    read: async bytes => used(await new StoredModels(() => holding(bytes)).load('x')),
    refusals: OF_STORAGE,
  }),
  'stored-dataset': reader({
    seeds: ['stored-datasets'],
    grammar: safetensors,
    read: readStoredDataset,
    refusals: OF_STORAGE,
    compare: differenceOfDataset,
  }),
  checkpoint: reader({
    seeds: ['checkpoint'],
    grammar: safetensors,
    read: resume,
    refusals: /^ERR_(FORMAT|CHECKPOINT|ARGUMENT|TRAINING)$/, // it may be of a training with other options
  }),
  onnx: reader({
    seeds: ['onnx'],
    grammar: protobuf,
    read: async bytes => used(await sequentialFromOnnx(bytes)),
    refusals: OF_MODELS,
    compare: differenceOfOnnx,
  }),
  'layers-model': reader({
    seeds: ['layers-model', 'keras'],
    grammar: jsonAndWeights,
    read: readLayersModel,
    refusals: OF_MODELS,
  }),
  png: reader({
    seeds: ['png'],
    grammar: png,
    read: bytes => decodePng(bytes, 'x.png', 0),
    refusals: /^Failure$/,
    compare: differenceOfPng,
  }),
  jpeg: reader({
    seeds: ['jpeg'],
    grammar: jpeg,
    read: bytes => pixelsOf(bytes, 'x.jpg', { side: 8, colours: 'rgb' }, 0),
    refusals: /^Failure$/,
  }),
  'file-kind': reader({
    seeds: ['npy', 'npz', 'gzip', 'csv', 'idx', 'model', 'onnx', 'layers-model', 'png', 'jpeg'],
    grammar: { open: bytes => bytes, close: tree => tree as Uint8Array },
    read: bytes => [kindOfFile(bytes, 'x'), modelFormat(bytes, 'x')],
    refusals: /^none$/,
  }),
} satisfies Readonly<Record<string, Parser>>

export type ParserName = keyof typeof PARSERS

export const parserNames = Object.keys(PARSERS) as ParserName[]
