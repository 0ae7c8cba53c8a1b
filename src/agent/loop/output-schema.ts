import { failure, type Result, success } from '../../base/result.ts';

/** The form a run's answer must have. */
export interface OutputSchema {
  /** JSON Schema of an object, as it is offered to the model. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Why the value does not fit, each place named; undefined: it fits. */
  whyUnfit(value: unknown): string | undefined;
}

/** Of what does not fit, the model is told this many places at a time. */
const errorsTold = 10;

/**
 * A JSON Schema (draft 7, or 2020-12 where `$schema` says so) that an answer can be held to; else why not, in a
 * sentence without a subject: "is not valid JSON: …". As in `claude -p --json-schema` (Claude Code 2.1.330): unknown
 * keywords are errors, `format` is annotation only. The top level must be an object: the Messages API takes no other.
 */
export async function readOutputSchema(text: string): Promise<Result<OutputSchema, string>> {
  const schema = parseObject(text);
  if (!schema.ok) return schema;
  const type = schema.value['type'];
  if (type !== undefined && type !== 'object')
    return failure('is not the schema of an object: its "type" must be "object".');
  try {
    return success(await compile(schema.value));
  } catch (error) {
    return failure(`is not a valid JSON Schema: ${messageOf(error)}`);
  }
}

/** The library is loaded only where somebody asks for a form. */
async function compile(schema: Readonly<Record<string, unknown>>): Promise<OutputSchema> {
  const options = { allErrors: true, validateFormats: false, logger: false } as const;
  const isLatest = String(schema['$schema'] ?? '').includes('2020-12');
  const { Ajv, Ajv2020 } = await import('./ajv-validators.ts');
  const validator = isLatest ? new Ajv2020(options) : new Ajv(options);
  const fits = validator.compile({ ...schema });
  return {
    schema,
    whyUnfit: (value) => {
      if (fits(value)) return undefined;
      const errors = fits.errors ?? [];
      const told = errors.slice(0, errorsTold).map(({ instancePath, message, params }) => {
        const extra = 'additionalProperty' in params ? ` "${params['additionalProperty']}"` : '';
        return `${instancePath === '' ? 'the whole' : instancePath}: ${message ?? 'does not fit'}${extra}`;
      });
      const left = errors.length - told.length;
      return `${told.join('; ')}${left > 0 ? `; and ${left} more` : ''}`;
    },
  };
}

function parseObject(text: string): Result<Readonly<Record<string, unknown>>, string> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return success(value as Readonly<Record<string, unknown>>);
    return failure('is not a JSON Schema: it must be a JSON object.');
  } catch (error) {
    return failure(`is not valid JSON: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
