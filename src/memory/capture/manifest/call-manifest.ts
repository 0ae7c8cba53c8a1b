import { type Dependencies, type Dependency, type DependencyUse, dependency } from './dependencies.ts';
import { textLines } from './text-lines.ts';

/** A manifest that is a program: read line by line for the calls that name a dependency, never executed. */

const configuration =
  /(?:^|[\s{;])(\w*(?:implementation|api|compile|compileOnly|runtimeOnly|classpath|kapt|ksp|annotationProcessor|Implementation|CompileOnly|RuntimeOnly|Api|Compile|Processor|Kapt))\s*\(?\s*(?:platform\s*\(\s*|enforcedPlatform\s*\(\s*|kotlin\s*\(\s*)?/;

/** Dependencies and plugins of a `build.gradle` or `build.gradle.kts` as `group:artifact` and plugin ids. */
export function readGradle(text: string): Dependencies | undefined {
  const found = new Map<string, Dependency>();
  for (const line of codeLines(text, '//')) {
    const plugin = /^\s*(?:id|kotlin)\s*\(?\s*["']([\w.-]+)["']\s*\)?(?:\s+version\s+["']([^"']+)["'])?/.exec(
      line,
    );
    if (plugin?.[1]?.includes('.') === true) found.set(plugin[1], dependency('development', plugin[2]));
    const call = configuration.exec(line);
    if (call === null) continue;
    const rest = line.slice(call.index + call[0].length);
    const use = /^(?:test|androidTest|classpath|debug|kapt|ksp|annotation)/.test(call[1] ?? '')
      ? 'development'
      : 'runtime';
    const short = /^["']([\w.-]+:[\w.-]+)(?::([^"'@:]+))?/.exec(rest);
    const long =
      /group\s*[:=]\s*["']([^"']+)["'],\s*name\s*[:=]\s*["']([^"']+)["'](?:,\s*version\s*[:=]\s*["']([^"']+))?/.exec(
        rest,
      );
    if (short?.[1] !== undefined) found.set(short[1], dependency(use, short[2]));
    else if (long !== null) found.set(`${long[1]}:${long[2]}`, dependency(use, long[3]));
  }
  return found;
}

/** Gems of a `Gemfile`; those in a group of development or test are for development. */
export function readGemfile(text: string): Dependencies | undefined {
  const found = new Map<string, Dependency>();
  const groups: string[] = [];
  for (const line of codeLines(text, '#')) {
    const block = /^\s*(\w+)\b.*\bdo\b\s*(?:\|[^|]*\|)?\s*$/.exec(line);
    if (block !== null) groups.push(block[1] === 'group' ? line : '');
    else if (/^\s*end\b/.test(line)) groups.pop();
    const gem = /^\s*gem[\s(]+["']([\w.-]+)["'](?:\s*,\s*["']([^"']+)["'])?(.*)$/.exec(line);
    if (gem?.[1] === undefined || /\bpath:|:path\s*=>/.test(gem[3] ?? '')) continue;
    const around = [...groups, /\bgroups?:.*|:group\s*=>.*/.exec(gem[3] ?? '')?.[0] ?? ''].join(' ');
    found.set(gem[1], dependency(/:(?:development|test)\b/.test(around) ? 'development' : 'runtime', gem[2]));
  }
  return found;
}

/** Dependencies of a `.gemspec`. */
export function readGemspec(text: string): Dependencies | undefined {
  return fromCalls(text, '#', [
    [/\.add_(?:runtime_)?dependency[\s(]+["']([\w.-]+)["'](?:\s*,\s*\[?\s*["']([^"']+)["'])?/, 'runtime'],
    [/\.add_development_dependency[\s(]+["']([\w.-]+)["'](?:\s*,\s*\[?\s*["']([^"']+)["'])?/, 'development'],
  ]);
}

/** Dependencies of a `mix.exs`; what it takes from the same repository (`path:`, `in_umbrella:`) is none. */
export function readMix(text: string): Dependencies | undefined {
  const found = new Map<string, Dependency>();
  for (const line of codeLines(text, '#')) {
    for (const [, name = '', version, rest = ''] of line.matchAll(
      /\{:(\w+)\s*,\s*(?:"([^"]*)")?([^{}]*)\}/g,
    )) {
      if (
        /\b(?:path|in_umbrella):/.test(rest) ||
        (version === undefined && !/\b(?:git|github|hex):/.test(rest))
      )
        continue;
      const isDevelopment = /\bonly:\s*(?:\[\s*)?:(?:dev|test)\b/.test(rest);
      found.set(name, dependency(isDevelopment ? 'development' : 'runtime', version));
    }
  }
  return found;
}

/** Packages of a `Package.swift` by their repository's name. */
export function readPackageSwift(text: string): Dependencies | undefined {
  if (!/\bPackage\s*\(/.test(text)) return undefined;
  const found = new Map<string, Dependency>();
  for (const [, url = '', rest = ''] of text.matchAll(
    /\.package\(\s*(?:name:\s*"[^"]*",\s*)?url:\s*"([^"]+)"\s*,([^\n]{0,200})/g,
  )) {
    const name = /([^/:]+\/[^/]+?)(?:\.git)?\/?$/.exec(url)?.[1];
    if (name !== undefined) found.set(name, dependency('runtime', /"v?(\d[^"]*)"/.exec(rest)?.[1]));
  }
  return found;
}

function fromCalls(
  text: string,
  comment: string,
  calls: readonly (readonly [RegExp, DependencyUse])[],
): Dependencies {
  const found = new Map<string, Dependency>();
  for (const line of codeLines(text, comment)) {
    for (const [pattern, use] of calls) {
      const call = pattern.exec(line);
      if (call?.[1] !== undefined) found.set(call[1], dependency(use, call[2]));
    }
  }
  return found;
}

/** Lines that are no comment as a whole. */
function codeLines(text: string, comment: string): readonly string[] {
  return textLines(text).filter((line) => !line.trimStart().startsWith(comment));
}
