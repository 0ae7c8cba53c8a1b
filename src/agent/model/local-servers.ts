import { type ListedModel, namesIn } from './model-list.ts';
import { readJson } from './read-json.ts';

/** A model server that answered on this machine. */
export interface LocalServer {
  readonly name: 'Ollama' | 'LM Studio' | 'llama.cpp';
  /** What `varve.model.baseUrl` would be. */
  readonly baseUrl: string;
  readonly models: readonly ListedModel[];
  /** Whether it speaks the Messages API, by its version; `unknown` where it does not tell one. */
  readonly messages: 'yes' | 'no' | 'unknown';
  /** A sentence about that. */
  readonly remark: string;
}

/** Where each listens unless told otherwise (their documentation, 2026). */
const ports = { Ollama: 11_434, 'LM Studio': 1_234, 'llama.cpp': 8_080 } as const;
const TIMEOUT_MS = 400;

export interface LocalSearch {
  readonly ports?: Partial<Record<LocalServer['name'], number>>;
  /** For each request; 400 unless told. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/** Asks the usual ports of 127.0.0.1, by GET only, and only when called: nothing looks around by itself. */
export async function findLocalServers(search: LocalSearch = {}): Promise<readonly LocalServer[]> {
  const at = { ...ports, ...search.ports };
  const get = async (port: number, path: string): Promise<unknown> => {
    const signal = AbortSignal.timeout(search.timeoutMs ?? TIMEOUT_MS);
    const answer = await readJson(`http://127.0.0.1:${port}${path}`, { signal, fetch: search.fetch });
    return answer.kind === 'json' ? answer.value : undefined;
  };
  const found = await Promise.all([
    server('Ollama', at.Ollama, get, '/api/version', ollamaVerdict),
    server('LM Studio', at['LM Studio'], get, '/api/v0/models', studioVerdict),
    server('llama.cpp', at['llama.cpp'], get, '/props', llamaVerdict),
  ]);
  return found.filter((one) => one !== undefined);
}

type Verdict = Pick<LocalServer, 'messages' | 'remark'>;

async function server(
  name: LocalServer['name'],
  port: number,
  get: (port: number, path: string) => Promise<unknown>,
  path: string,
  judge: (said: unknown) => Verdict | undefined,
): Promise<LocalServer | undefined> {
  const [said, listed] = await Promise.all([get(port, path), get(port, '/v1/models')]);
  // Something else may listen there: only what answers as this program does counts.
  const verdict = said === undefined ? undefined : judge(said);
  if (verdict === undefined) return undefined;
  const models = namesIn(listed)?.models ?? [];
  return { name, baseUrl: `http://127.0.0.1:${port}`, models, ...verdict };
}

/** The Messages API came with Ollama 0.14.0 (January 2026). */
function ollamaVerdict(said: unknown): Verdict | undefined {
  const version = fieldOf(said, 'version');
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (version === undefined || major === undefined) return undefined;
  const speaks = Number(major) > 0 || Number(minor) >= 14;
  if (speaks) return { messages: 'yes', remark: `Ollama ${version}` };
  return { messages: 'no', remark: `Ollama ${version} is too old: the Messages API came with 0.14.` };
}

/** LM Studio does not tell its version; the Messages API came with 0.4.1 (January 2026). */
function studioVerdict(said: unknown): Verdict | undefined {
  if (namesIn(said) === undefined) return undefined;
  return { messages: 'unknown', remark: 'Needs LM Studio 0.4.1 or newer; it does not tell its version.' };
}

/** The Messages API came with pull request 17570 (end of 2025); builds are numbered, `b8681-…`. */
function llamaVerdict(said: unknown): Verdict | undefined {
  const build = fieldOf(said, 'build_info');
  if (build === undefined) return undefined;
  const number = Number(/^b(\d+)/.exec(build)?.[1]);
  if (number >= 7_500) return { messages: 'yes', remark: `llama.cpp ${build}` };
  return {
    messages: 'unknown',
    remark: `llama.cpp ${build}: the Messages API came at the end of 2025, tools need --jinja.`,
  };
}

function fieldOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Record<string, unknown>)[name];
  return typeof found === 'string' ? found : undefined;
}
