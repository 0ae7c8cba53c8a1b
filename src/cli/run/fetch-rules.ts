import { parseRule } from '../../agent/guard/rules.ts';
import type { FetchOptions } from '../../agent/tools/fetch/fetch.ts';

/**
 * What the allow rules of a run say of `fetch`: undefined where none names it, and there is no such tool then. Hosts
 * that a rule names whole (no `*`) may be private ones.
 */
export function fetchOptions(allowed: readonly string[]): FetchOptions | undefined {
  const rules = allowed.flatMap((text) => parseRule(text) ?? []).filter(isAboutFetch);
  if (rules.length === 0) return undefined;
  const named = rules.map(({ spec }) => /^domain:\s*([^*\s]+)$/.exec(spec ?? '')?.[1]);
  return {
    namedHosts: named.flatMap((host) => (host === undefined ? [] : [host.toLowerCase().replace(/\.$/, '')])),
  };
}

function isAboutFetch({ subject }: NonNullable<ReturnType<typeof parseRule>>): boolean {
  return subject.kind === 'tool' && subject.name === 'web_fetch';
}
