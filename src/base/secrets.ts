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
  {
    kind: 'gitlab-token',
    pattern:
      /\bgl(?:pat|ptt|dt|rt|cbt|oas|soat|imt|agent|ft)-[A-Za-z0-9_.-]{20,100}|\bGR1348941[A-Za-z0-9_-]{20,50}/g,
  },
  { kind: 'aws-access-key', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g },
  { kind: 'google-api-key', pattern: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  { kind: 'google-oauth-secret', pattern: /\bGOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/g },
  { kind: 'google-oauth-token', pattern: /\bya29\.[A-Za-z0-9_-]{30,400}/g },
  { kind: 'slack-token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}|\bxapp-\d-[A-Za-z0-9-]{20,250}/g },
  { kind: 'slack-webhook', pattern: /\bhooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9+/]{40,80}/g },
  {
    kind: 'discord-webhook',
    pattern: /\bdiscord(?:app)?\.com\/api\/webhooks\/\d{15,25}\/[A-Za-z0-9_-]{50,100}/g,
  },
  {
    kind: 'stripe-key',
    pattern: /\b(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,100}\b|\bwhsec_[A-Za-z0-9]{32,64}\b/g,
  },
  { kind: 'npm-token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'pypi-token', pattern: /\bpypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,250}/g },
  { kind: 'hugging-face-token', pattern: /\bhf_[A-Za-z0-9]{34}\b/g },
  { kind: 'docker-token', pattern: /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,60}/g },
  { kind: 'digitalocean-token', pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/g },
  { kind: 'databricks-token', pattern: /\bdapi[a-f0-9]{32}(?:-\d)?\b/g },
  { kind: 'sendgrid-key', pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g },
  { kind: 'shopify-token', pattern: /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/g },
  { kind: 'vault-token', pattern: /\bhv[sbr]\.[A-Za-z0-9_-]{24,300}/g },
  { kind: 'telegram-token', pattern: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g },
  { kind: 'age-key', pattern: /\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b/g },
  // Azure: a client secret of Entra ID, a storage or service bus key, the signature of a shared link.
  {
    kind: 'azure-client-secret',
    pattern: /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/g,
  },
  {
    kind: 'azure-key',
    pattern: /\b(?:AccountKey|SharedAccessKey)=(?<secret>[A-Za-z0-9+/]{42,86}={1,2})/g,
  },
  {
    kind: 'azure-shared-signature',
    pattern: /[?&]sig=(?<secret>[A-Za-z0-9%]{43,80}(?:%3D|=))(?=[&\s"'`)<>]|$)/gi,
  },
  {
    kind: 'json-web-token',
    pattern: /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}/g,
  },
  {
    kind: 'url-password',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/?#@]{0,100}:(?<secret>[^\s:/?#@]{6,200})@/gi,
  },
  // `Server=db;User Id=harbor;Password=…`, as ADO.NET, ODBC and JDBC write it.
  {
    kind: 'connection-password',
    pattern:
      /(?<=\b(?:Server|Data Source|Host|Port|Address|User ?Id|Uid|User ?Name|User|Database|Initial Catalog|Driver|Provider|Encrypt|SslMode|AccountName)=[^;\n]{1,200};\s{0,2})(?:Password|Pwd)=(?<secret>[^;\s"'`]{6,200})/gi,
  },
  {
    kind: 'authorization-header',
    pattern:
      /\bAuthorization["']?\s{0,2}:\s{0,2}["'`]?(?:Basic|Bearer|token)\s{1,3}(?<secret>[A-Za-z0-9+/_.~-]{20,400}={0,2})/gi,
  },
];

/** Of these the format says little: what stands there has to look like a value, and not like one made up to show. */
const LOOSE = new Set(['url-password', 'connection-password', 'authorization-header']);

const ASSIGNMENT =
  /(?:passw(?:or)?d|passphrase|pwd|secret|token|(?:api|access|account|private|signing|encryption|master)[_-]?key|credentials?)["']?\s{0,4}(?:=>|:=|=|:)\s{0,4}["'`]?(?<secret>[^\s"'`,;<>(){}[\]$\\]{12,200})/gi;
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PLACEHOLDER =
  /example|sample|dummy|placeholder|changeme|change_me|your[_-]|xxx|\*\*\*|\.\.\.|redacted|(.)\1{4}/i;
// `process.env.TOKEN`, `config.auth.token`, `./secrets/token.txt`: code and paths, not values.
const NAME_LIKE = /^[./~]|^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+(?:$|[?!])|:\/\//;
const NAMES_A_PASSWORD =
  /^(?:the|my|your|user|db|some|root|admin|secure|strong|new|old)*(?:password|passwd|passphrase|pass|pwd|secret|token|credentials?|apikey|username)(?:here|\d{0,3})$/;
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

/** The kind of the first secret and its line, counted from 1: what may be told of it. */
export function firstSecretLine(text: string): { readonly kind: string; readonly line: number } | undefined {
  const secret = findSecrets(text)[0];
  if (secret === undefined) return undefined;
  return { kind: secret.kind, line: text.slice(0, secret.start).split('\n').length };
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
  const matches = [...text.matchAll(pattern)];
  return (
    matches
      // The key that Amazon's own documentation shows.
      .filter((match) => !match[0].endsWith('EXAMPLE'))
      .filter((match) => !LOOSE.has(kind) || isPassword(kind, secretOf(match)))
      .map((match) => locate(kind, match))
  );
}

/** A word that only names what belongs there (`password`, `${DB_PASS}`, `<pass>`) is none. */
function isPassword(kind: string, value: string): boolean {
  // A token of three parts with dots between them looks like a name with dots in it.
  if (kind === 'authorization-header') return isHighEntropy(value.replaceAll('.', ''));
  const word = value.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
  if (/^[$<{%[]|[>}%\]]$/.test(value) || PLACEHOLDER.test(value)) return false;
  return word !== '' && !NAMES_A_PASSWORD.test(word);
}

function assignments(text: string): FoundSecret[] {
  return [...text.matchAll(ASSIGNMENT)]
    .filter((match) => isHighEntropy(secretOf(match)))
    .map((match) => locate('assigned-secret', match));
}

function secretOf(match: RegExpExecArray): string {
  return match.groups?.['secret'] ?? match[0];
}

function locate(kind: string, match: RegExpExecArray): FoundSecret {
  const secret = secretOf(match);
  const start = match.index + match[0].lastIndexOf(secret);
  return { kind, start, end: start + secret.length };
}

/** A block that is cut off counts to the end of the text: half a key is still a secret. */
function privateKeys(text: string): FoundSecret[] {
  const ends = [...text.matchAll(KEY_END)].map((match) => match.index + match[0].length);
  let next = 0;
  return [...text.matchAll(KEY_BEGIN)].flatMap((match) => {
    while (next < ends.length && (ends[next] ?? 0) < match.index) next += 1;
    const end = ends[next] ?? text.length;
    const isWhole = ends[next] !== undefined;
    const inside = text.slice(match.index + match[0].length, end).replace(/-----END[\s\S]*$/, '');
    // `-----BEGIN PRIVATE KEY----- … -----END PRIVATE KEY-----`: the form of one, shown.
    if (isWhole && /^[\s.…*]*$/.test(inside)) return [];
    return [{ kind: 'private-key', start: match.index, end }];
  });
}

function isHighEntropy(value: string): boolean {
  if (PLACEHOLDER.test(value) || NAME_LIKE.test(value) || isIdentifier(value)) return false;
  const hasLetter = /[A-Za-z]/.test(value);
  const hasDigit = /\d/.test(value);
  return hasLetter && hasDigit && bitsPerCharacter(value) >= LEAST_BITS_PER_CHARACTER;
}

/** `OAuth2TokenCredential`, `SIGN_IN_V2_SUBMIT_PASSWORD`: words with one digit among them. */
function isIdentifier(value: string): boolean {
  if (!/^[A-Za-z_]+\d[A-Za-z_]*$/.test(value)) return false;
  const words = value.match(/[A-Z]?[a-z]{2,}|[A-Z]{2,}/g) ?? [];
  return words.length >= 3 && words.join('').length >= value.replace(/[_\d]/g, '').length - 2;
}

/** Shannon entropy. */
function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
