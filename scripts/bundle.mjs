// The one graph of everything that ships: doors as ES modules, what they share as CommonJS chunks.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { context, transform } from 'esbuild';

// What libraries that were CommonJS ask for. `__filename` is for tree-sitter.js, which looks for itself when it is
// loaded.
const BANNER =
  "import{createRequire as __r}from'node:module';import{fileURLToPath as __p}from'node:url';const require=__r(import.meta.url),__filename=__p(import.meta.url);";

/** Libraries that begin by making much: that is left until one of these is called. */
const LATE = {
  marked: ['Lexer', 'Marked'],
  unbash: ['forEachChild', 'parse'],
  yaml: ['isMap', 'isScalar', 'parseDocument'],
};

/**
 * esbuild's context for these doors. It splits ES modules only, and Node takes most of a millisecond to find and link
 * each of them, so chunks become CommonJS once they are split. In that form the command can also keep all that V8
 * compiled of them: src/cli/kept-code.ts. `doorExtension` where the doors stand in no package that says what they are.
 */
export function bundleContext({ doorExtension = '.js', ...options }) {
  return context({
    ...options,
    // By a name of its own: the door loads it by itself.
    entryPoints: { ...options.entryPoints, 'chunks/program': 'src/cli/run-in-process.ts' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: ['vscode'],
    legalComments: 'none',
    sourcemap: options.sourcemap ? 'inline' : false,
    banner: { js: BANNER },
    write: false,
    metafile: true,
    plugins: [
      { name: 'late-libraries', setup: makeLate },
      { name: 'plain-headers', setup: givePlainHeaders },
      { name: 'common-js-chunks', setup: (build) => build.onEnd(writeOutputs) },
    ],
  });

  async function writeOutputs({ outputFiles = [], metafile }) {
    const reached = metafile === undefined ? new Set() : reachedOutputs(metafile);
    const names = new Set(outputFiles.flatMap(({ path }) => chunkName(path) ?? []));
    // A library may name a chunk where nothing of it is left.
    const written = outputFiles.filter(({ path }) => !chunkName(path) || reached.has(chunkName(path)));
    await Promise.all(
      written.map(async ({ path, text }) => {
        await mkdir(dirname(path), { recursive: true });
        const renamed = withCommonNames(text, names);
        if (chunkName(path) === undefined) {
          const door = asDoor(renamed, metafile);
          return writeFile(path.replace(/\.js$/, doorExtension), door, { mode: modeOf(door) });
        }
        await writeFile(path.replace(/\.js$/, '.cjs'), await commonJs(renamed, options));
      }),
    );
  }
}

/** Names of the chunks that some door loads, at once or later. */
function reachedOutputs({ outputs }) {
  const reached = new Set();
  const waiting = Object.keys(outputs).filter((path) => chunkName(path) === undefined);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(outputs[path]?.imports ?? []).flatMap(({ path, external }) => (external ? [] : [path])));
  }
  return new Set([...reached].map(chunkName));
}

function makeLate(build) {
  const filter = new RegExp(`^(?:${Object.keys(LATE).join('|')})$`);
  build.onResolve({ filter }, ({ path, namespace, resolveDir }) =>
    namespace === 'late' ? undefined : { path, namespace: 'late', pluginData: resolveDir },
  );
  build.onLoad({ filter: /^/, namespace: 'late' }, ({ path, pluginData }) => {
    const forwarders = LATE[path].map(
      (name) => `export function ${name}(...given) {
        const { ${name}: made } = require('${path}');
        return new.target === undefined ? made(...given) : new made(...given);
      }`,
    );
    return { contents: forwarders.join('\n'), resolveDir: pluginData };
  });
}

/** The SDK's `Headers` are ours: see src/agent/model/plain-headers.ts. It asks of a body whether it is a form; none is. */
function givePlainHeaders(build) {
  const place = JSON.stringify(resolve(import.meta.dirname, '../src/agent/model/plain-headers.ts'));
  build.onLoad({ filter: /[\\/]@anthropic-ai[\\/]sdk[\\/].*\.mjs$/ }, async ({ path }) => {
    const text = await readFile(path, 'utf8');
    if (!/\b(?:Headers|FormData)\b/.test(text)) return undefined;
    return { contents: `import { PlainHeaders as Headers } from ${place};\nclass FormData {}\n${text}` };
  });
}

function chunkName(path) {
  return /[\\/]chunks[\\/]([^\\/]+)\.js$/.exec(path)?.[1];
}

/** `"./chunk-HASH.js"` as it will be called. Nothing else is spelled like the name of a chunk. */
function withCommonNames(text, names) {
  return text.replace(/(["'])(\.\/(?:chunks\/)?)([\w-]+)\.js\1/g, (all, quote, folder, name) =>
    names.has(name) ? `${quote}${folder}${name}.cjs${quote}` : all,
  );
}

/** Without what it does not use: the banner, and the chunk of esbuild's own helpers. */
function asDoor(text, { outputs }) {
  const helpers = Object.entries(outputs).filter(([, { inputs }]) => Object.keys(inputs).length === 0);
  let door = text;
  for (const [path] of helpers)
    door = door.replace(new RegExp(`import ?"\\./chunks/${chunkName(path)}\\.cjs";`), '');
  const plain = door.replace(BANNER, '');
  return /\btypeof require\b/.test(plain) ? door : plain;
}

/** A tool that is called by its name has to be executable. */
function modeOf(text) {
  return text.startsWith('#!') ? 0o755 : 0o644;
}

// What `import()` becomes in a chunk: Node's loader of ES modules knows nothing of how the chunk was loaded, and hands
// over Node's own modules with all that they could ever need. What is not ours is imported by the door.
const LATER = 'const __import=name=>Promise.resolve().then(()=>require(name));';

async function commonJs(text, { minify, sourcemap }) {
  const made = await transform(text.replace(BANNER, ''), {
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    minify,
    sourcemap: sourcemap ? 'inline' : false,
    legalComments: 'none',
    // As modules are, which these were.
    banner: `"use strict";${LATER}`,
    define: { 'import.meta.filename': '__filename' },
  });
  return made.code.replace(/(?<![\w$.])import\((?=")/g, '__import(');
}
