// What the value of an option is in JSON, for configurations and their schema.

/** A schema of JSON, as far as options need one. */
export interface JsonSchema {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object'
  readonly enum?: readonly string[]
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly pattern?: string
}

/** A parser, with the JSON of its values. */
export const parserFor = <Parse extends object>(
  json: JsonSchema,
  parse: Parse,
): Parse & { json: JsonSchema } => Object.assign(parse, { json })

/** What JSON has in place of an option's text: a text, unless its parser says otherwise. */
export function jsonOf(parse: unknown): JsonSchema {
  const { json } = Object(parse) as { json?: JsonSchema }
  return json ?? { type: 'string' }
}
