import type { Script } from 'node:vm';

// This stands in the door, whatever command is called: Node's modules are taken when they are needed. As imports of an
// ES module each of them would be loaded with all that it could ever need.
const builtin: typeof process.getBuiltinModule = (name: string) => process.getBuiltinModule(name);

/** How long after its start a run keeps what was compiled: V8 lets go of what a long run no longer calls. */
const KEEP_AFTER_MS = 5_000;

/**
 * The program for a run, as the run before left it compiled; undefined where it is no run, where there is no home yet,
 * in which only this user writes, and where nothing is bundled. `doors`: where the bundle's doors stand.
 */
export function loadForRun<Program>(
  host: NodeJS.Process,
  args: readonly string[],
  doors: string,
): Program | undefined {
  if (args[0] !== 'resume' && !args.includes('-p') && !args.includes('--print')) return undefined;
  const { existsSync } = builtin('node:fs');
  const { join } = builtin('node:path');
  const home = host.env['VARVE_HOME'] || join(builtin('node:os').homedir(), '.varve');
  const bundled = join(doors, 'chunks', 'program.cjs');
  if (!existsSync(home) || !existsSync(bundled)) return undefined;
  const place = join(home, 'cache', 'compile', `${host.version}-${host.arch}`);
  const { exports, keep } = loadProgram<Program>(bundled, place);
  host.once('exit', keep);
  setTimeout(keep, KEEP_AFTER_MS).unref();
  return exports;
}

/** A program loaded from its chunks. */
export interface LoadedProgram<Exports> {
  readonly exports: Exports;
  /** Keeps what V8 has compiled by now of the chunks that came without. Never throws; may be called again. */
  readonly keep: () => void;
}

/**
 * Loads a bundled chunk and those it needs, with what V8 had compiled of them in an earlier run, from `directory`,
 * which is made when it is missing. Node's own compile cache keeps what is compiled when a module is loaded; most
 * functions are compiled when they are first called, so each start would compile them again. What is kept is used only
 * with the very text it was made from, by the V8 that made it. For CommonJS chunks in one directory: what else they
 * ask for comes from Node.
 */
export function loadProgram<Exports>(path: string, directory: string): LoadedProgram<Exports> {
  const { basename, dirname } = builtin('node:path');
  const loader = new ChunkLoader(dirname(path), directory);
  return { exports: loader.require(`./${basename(path)}`) as Exports, keep: () => loader.keep() };
}

interface Module {
  exports: unknown;
}

type Wrapped = (
  exports: unknown,
  require: (request: string) => unknown,
  module: Module,
  filename: string,
  dirname: string,
) => void;

interface Compiled {
  readonly script: Script;
  readonly textSum: Buffer;
  readonly keptPath: string;
}

// SHA-1 of the text and of the code, filled up to a place where V8 reads code without copying it. V8 itself compares the
// length of the text only, and code that a power cut tore would end the process.
const SUM_BYTES = 20;
const HEADER_BYTES = 48;
/** Of versions of Varve that are gone. */
const OLD_MS = 30 * 24 * 60 * 60 * 1000;

class ChunkLoader {
  readonly #chunks: string;
  readonly #directory: string;
  readonly #require: NodeJS.Require;
  /** By the request that names it. */
  readonly #modules = new Map<string, Module>();
  #unkept: readonly Compiled[] = [];

  constructor(chunks: string, directory: string) {
    this.#chunks = chunks;
    this.#directory = directory;
    this.#require = builtin('node:module').createRequire(`${chunks}/`);
  }

  /** `./NAME.cjs`; anything else is Node's. */
  readonly require = (request: string): unknown => {
    if (!request.startsWith('./')) return this.#require(request);
    const known = this.#modules.get(request);
    if (known !== undefined) return known.exports;
    const module: Module = { exports: {} };
    this.#modules.set(request, module);
    const path = `${this.#chunks}${request.slice(1)}`;
    this.#compile(path).call(module.exports, module.exports, this.require, module, path, this.#chunks);
    return module.exports;
  };

  keep(): void {
    const unkept = this.#unkept;
    this.#unkept = [];
    if (unkept.length === 0) return;
    const { mkdirSync } = builtin('node:fs');
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      removeOld(this.#directory);
      for (const compiled of unkept) keepCode(compiled);
    } catch {
      // The next start takes as long as this one did.
    }
  }

  #compile(path: string): Wrapped {
    const bytes = builtin('node:fs').readFileSync(path);
    const textSum = sumOf(bytes);
    const keptPath = `${this.#directory}/${path.slice(this.#chunks.length + 1)}.v8`;
    const cachedData = readCode(keptPath, textSum);
    const text = `(function(exports,require,module,__filename,__dirname){${bytes.toString('utf8')}\n})`;
    const { Script } = builtin('node:vm');
    const script = new Script(text, {
      filename: path,
      ...(cachedData !== undefined && { cachedData }),
    });
    if (cachedData === undefined || script.cachedDataRejected)
      this.#unkept = [...this.#unkept, { script, textSum, keptPath }];
    return script.runInThisContext() as Wrapped;
  }
}

function readCode(path: string, textSum: Buffer): Buffer | undefined {
  const { existsSync, readFileSync } = builtin('node:fs');
  try {
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    if (bytes.length <= HEADER_BYTES || !bytes.subarray(0, SUM_BYTES).equals(textSum)) return undefined;
    const code = bytes.subarray(HEADER_BYTES);
    return bytes.subarray(SUM_BYTES, 2 * SUM_BYTES).equals(sumOf(code)) ? code : undefined;
  } catch {
    return undefined;
  }
}

function keepCode({ script, textSum, keptPath }: Compiled): void {
  const code = script.createCachedData();
  const header = Buffer.concat([textSum, sumOf(code)], HEADER_BYTES);
  const { renameSync, writeFileSync } = builtin('node:fs');
  // Beside its place and renamed: another run may be reading it.
  const draft = `${keptPath}.${process.pid}`;
  writeFileSync(draft, Buffer.concat([header, code]), { mode: 0o600 });
  renameSync(draft, keptPath);
}

function sumOf(bytes: Uint8Array): Buffer {
  return builtin('node:crypto').hash('sha1', bytes, 'buffer');
}

function removeOld(directory: string): void {
  const { readdirSync, rmSync, statSync } = builtin('node:fs');
  for (const name of readdirSync(directory)) {
    const path = `${directory}/${name}`;
    if (Date.now() - statSync(path).mtimeMs > OLD_MS) rmSync(path, { recursive: true, force: true });
  }
}
