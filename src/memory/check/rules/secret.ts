import { findSecrets } from '../../../base/secrets.ts';
import type { CheckedFile, CheckRule, Finding } from '../check-input.ts';

/** Formats whose look alone is no proof: a password in an address or behind a name may be an example. */
const likely = new Set(['assigned-secret', 'url-password', 'json-web-token']);
const example =
  /example|sample|dummy|placeholder|changeme|your|xxxx|\*\*\*|\.\.\.|redacted|fake|test|1234|abcd|0000|(.)\1{5}/i;
const exampleWord = /^(?:p(?:ass|wd|w|assw)\w*|secret\w*|user\w*|token|key|<.*|\{.*|\[.*|\$.*|%.*)$/i;

export const secret: CheckRule = {
  name: 'secret',
  severity: 'error',
  summary: 'The memory holds what looks like a secret.',
  help: 'Memory goes into every request of an agent, into the history of the repository and to everybody who reads either. Take the secret out, replace it by the name of an environment variable, and make it invalid where it was issued: what was committed once is known.',
  find: ({ files }) => files.flatMap(findingsIn),
};

function findingsIn(file: CheckedFile): readonly Finding[] {
  const { text } = file.file;
  return findSecrets(text).flatMap(({ kind, start, end }) => {
    const value = text.slice(start, end);
    if (isExample(kind, value, text.slice(Math.max(0, start - 60), start))) return [];
    const message = `Looks like a secret (${kind.replaceAll('-', ' ')}). Take it out of memory and make it invalid where it was issued.`;
    const severity = likely.has(kind) ? 'warning' : 'error';
    return [{ path: file.path, range: file.at({ start, end }), severity, message }];
  });
}

function isExample(kind: string, value: string, before: string): boolean {
  if (kind === 'private-key') return /\.\.\.|…|<|\[/.test(value) || value.length < 200;
  if (example.test(value) || exampleWord.test(value) || saysItIsNone(value)) return true;
  return (
    kind === 'url-password' && /:\/\/(?:user(?:name)?|admin|root|me|postgres|guest|foo)\w*:$/i.test(before)
  );
}

/** Base64 of words that say so: documentation likes to hide its jokes. */
function saysItIsNone(value: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(value)) return false;
  const words = Buffer.from(value, 'base64').toString('latin1');
  return /^[\x20-\x7e]+$/.test(words) && /not|real|pass|secret|example|test|hello|user/i.test(words);
}
