export interface FoundSecret {
  /** What it looks like, e.g. `github-token`. */
  readonly kind: string;
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
}

interface Rule {
  readonly kind: string;
  /** Bounded repetitions only, so that no input makes it slow. Group `secret`, where there is one, is the secret. */
  readonly pattern: RegExp;
}

/** Formats whose makers gave them a prefix so that they can be found; after gitleaks' rules. */
const RULES: readonly Rule[] = [
  { kind: 'anthropic-key', pattern: /\bsk-ant-[A-Za-z0-9_-]{20,200}/g },
  {
    kind: 'openai-key',
    pattern: /\bsk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,250}|\bsk-[A-Za-z0-9]{48}\b/g,
  },
  { kind: 'github-token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g },
  { kind: 'gitlab-token', pattern: /\bglpat-[A-Za-z0-9_-]{20,100}/g },
  { kind: 'aws-access-key', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g },
  { kind: 'google-api-key', pattern: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  { kind: 'google-oauth-secret', pattern: /\bGOCSPX-[A-Za-z0-9_-]{28}\b/g },
  { kind: 'slack-token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g },
  { kind: 'slack-webhook', pattern: /\bhooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9+/]{40,80}/g },
  { kind: 'stripe-key', pattern: /\b(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,100}\b/g },
  { kind: 'npm-token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'pypi-token', pattern: /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,250}/g },
  { kind: 'hugging-face-token', pattern: /\bhf_[A-Za-z0-9]{34}\b/g },
  {
    kind: 'json-web-token',
    pattern: /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}/g,
  },
  {
    kind: 'url-password',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/?#@]{1,100}:(?<secret>[^\s:/?#@]{6,200})@/gi,
  },
];

const ASSIGNMENT =
  /(?:passw(?:or)?d|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)["']?\s{0,4}(?:=>|:=|=|:)\s{0,4}["'`]?(?<secret>[^\s"'`,;<>(){}[\]$\\]{12,200})/gi;
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PLACEHOLDER =
  /example|sample|dummy|placeholder|changeme|change_me|your[_-]|xxx|\*\*\*|\.\.\.|redacted|(.)\1{4}/i;
// `process.env.TOKEN`, `config.auth.token`, `./secrets/token.txt`: code and paths, not values.
const NAME_LIKE = /^[./~]|^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$|:\/\//;
const LEAST_BITS_PER_CHARACTER = 3.2;

/**
 * What is a secret with high confidence: formats with a maker's prefix, private keys, JSON Web Tokens, passwords in
 * URLs, and values of high entropy assigned to a name like `password`, `token` or `secret`. In order, not
 * overlapping. Linear in the length of the text. Not finding any does not prove there is none.
 */
export function findSecrets(text: string): readonly FoundSecret[] {
  const found = [
    ...privateKeys(text),
    ...RULES.flatMap((rule) => matchesOf(rule, text)),
    ...assignments(text),
  ];
  // Of two that overlap the named format (found first) is the better answer; a longer one covers a shorter.
  const ordered = found
    .map((secret, rank) => ({ secret, rank }))
    .sort((a, b) => a.secret.start - b.secret.start || a.rank - b.rank);
  const result: FoundSecret[] = [];
  for (const { secret } of ordered) {
    const last = result.at(-1);
    if (last === undefined || secret.start >= last.end) result.push(secret);
    else if (secret.end > last.end) result[result.length - 1] = { ...last, end: secret.end };
  }
  return result;
}

/** The text with each secret replaced by `[redacted KIND]`. */
export function redact(text: string): string {
  let result = '';
  let position = 0;
  for (const { kind, start, end } of findSecrets(text)) {
    result += `${text.slice(position, start)}[redacted ${kind}]`;
    position = end;
  }
  return result + text.slice(position);
}

function matchesOf({ kind, pattern }: Rule, text: string): FoundSecret[] {
  return [...text.matchAll(pattern)].map((match) => locate(kind, match));
}

function assignments(text: string): FoundSecret[] {
  return [...text.matchAll(ASSIGNMENT)]
    .filter((match) => isHighEntropy(match.groups?.['secret'] ?? ''))
    .map((match) => locate('assigned-secret', match));
}

function locate(kind: string, match: RegExpExecArray): FoundSecret {
  const secret = match.groups?.['secret'] ?? match[0];
  const start = match.index + match[0].lastIndexOf(secret);
  return { kind, start, end: start + secret.length };
}

/** A block that is cut off counts to the end of the text: half a key is still a secret. */
function privateKeys(text: string): FoundSecret[] {
  const ends = [...text.matchAll(KEY_END)].map((match) => match.index + match[0].length);
  let next = 0;
  return [...text.matchAll(KEY_BEGIN)].map((match) => {
    while (next < ends.length && (ends[next] ?? 0) < match.index) next += 1;
    return { kind: 'private-key', start: match.index, end: ends[next] ?? text.length };
  });
}

function isHighEntropy(value: string): boolean {
  if (PLACEHOLDER.test(value) || NAME_LIKE.test(value)) return false;
  const hasLetter = /[A-Za-z]/.test(value);
  const hasDigit = /\d/.test(value);
  return hasLetter && hasDigit && bitsPerCharacter(value) >= LEAST_BITS_PER_CHARACTER;
}

/** Shannon entropy. */
function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
