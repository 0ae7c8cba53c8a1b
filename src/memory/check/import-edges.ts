import { dirname } from 'node:path';
import type { ImportLine } from '../file/memory-file.ts';
import type { ResolvedFile } from '../hierarchy/hierarchy.ts';
import { resolvePlace } from '../hierarchy/places.ts';
import type { CheckedFile, CheckInput } from './check-input.ts';
import { loadingFiles } from './loads-together.ts';

/** One `@path` line of a file that loads, and where it leads. */
export interface ImportEdge {
  readonly from: CheckedFile;
  readonly line: ImportLine;
  readonly to: string;
}

/** Every import of every file that loads; auto memory imports nothing. */
export function importEdges(input: CheckInput): readonly ImportEdge[] {
  return loadingFiles(input.files)
    .filter(({ resolved }) => resolved?.scope !== 'auto')
    .flatMap((from) =>
      from.file.imports.map((line) => ({
        from,
        line,
        to: resolvePlace(line.target, dirname(from.path), input.homeDirectory),
      })),
    );
}

/** What the resolver made of the import of an edge; several where other files import the same. */
export function candidatesByPath({ hierarchy }: CheckInput): ReadonlyMap<string, readonly ResolvedFile[]> {
  const found = new Map<string, ResolvedFile[]>();
  for (const file of hierarchy.files) {
    const known = found.get(file.path);
    if (known === undefined) found.set(file.path, [file]);
    else known.push(file);
  }
  return found;
}
