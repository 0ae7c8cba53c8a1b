import {
  fieldOf,
  listField,
  looseObject,
  numberField,
  objectField,
  parseLoose,
  textField,
} from '../loose-json.ts';
import type {
  CatalogueProblem,
  ExcerptRequest,
  ListRequest,
  RefreshProgress,
  SearchRequest,
} from './catalogue.ts';
import type { SessionFilter } from './session-filter.ts';

/** One JSON line on the standard input of `varve sessions --serve`. `id` is the asker's; `cancel` names that of another. */
export type CatalogueRequest =
  | ({ readonly type: 'list'; readonly id: number } & ListRequest)
  | ({ readonly type: 'search'; readonly id: number } & SearchRequest)
  | ({ readonly type: 'excerpts'; readonly id: number } & ExcerptRequest)
  | { readonly type: 'refresh'; readonly id: number }
  | { readonly type: 'cancel'; readonly id: number };

/** One JSON line on its standard output. */
export type CatalogueMessage =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'problem'; readonly id: number; readonly problem: CatalogueProblem }
  | ({ readonly type: 'progress' } & RefreshProgress)
  | { readonly type: 'changed' };

/** Undefined for anything that is no request. */
export function parseCatalogueRequest(text: string): CatalogueRequest | undefined {
  const line = parseLoose(text);
  const [type, id] = [textField(line, 'type'), numberField(line, 'id')];
  if (id === undefined) return undefined;
  if (type === 'refresh' || type === 'cancel') return { type, id };
  const limit = Math.max(1, Math.floor(numberField(line, 'limit') ?? 1));
  const query = textField(line, 'query');
  const filter = filterIn(fieldOf(line, 'filter'));
  if (type === 'list') return { type, id, limit, ...(filter && { filter }) };
  if (query === undefined) return undefined;
  if (type === 'search') return { type, id, query, limit, ...(filter && { filter }) };
  if (type !== 'excerpts') return undefined;
  const hits = listField(line, 'hits').map((value) => {
    const hit = looseObject(value);
    return { key: textField(hit, 'key') ?? '', entries: textsIn(hit, 'entries') };
  });
  return { type, id, query, hits };
}

/** The asker is this very program: an answer's value is what its request's is. Undefined for anything else. */
export function parseCatalogueMessage(text: string): CatalogueMessage | undefined {
  const line = parseLoose(text);
  const [type, id] = [textField(line, 'type'), numberField(line, 'id')];
  if (type === 'changed') return { type };
  if (type === 'progress')
    return { type, done: numberField(line, 'done') ?? 0, total: numberField(line, 'total') ?? 0 };
  if (id === undefined) return undefined;
  if (type === 'answer') return { type, id, value: fieldOf(line, 'value') };
  if (type !== 'problem') return undefined;
  const problem = objectField(line, 'problem');
  const kind = textField(problem, 'kind');
  const message = textField(problem, 'message') ?? '';
  return { type, id, problem: { kind: kind === 'cancelled' || kind === 'busy' ? kind : 'failed', message } };
}

/** The asker is this very program; a filter that is none of its own fails when it is used, and is told of. */
function filterIn(value: unknown): SessionFilter | undefined {
  return looseObject(value) as SessionFilter | undefined;
}

function textsIn(object: ReturnType<typeof looseObject>, name: string): readonly string[] {
  return listField(object, name).filter((item) => typeof item === 'string');
}
