import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { formsIn, type LineForm, toldForm } from './changed-lines.ts';

const rule = 'security-setting';

/** Lines that set how safe something is; what they hold is never more than the evidence line. */
const forms: readonly LineForm[] = [
  {
    id: 'security:csp',
    label: 'the content security policy',
    line: /content-security-policy|contentSecurityPolicy|\b(?:script|style|default|frame|connect)-src\b/i,
    words: ['CSP', 'content security policy', 'Content-Security-Policy'],
  },
  {
    id: 'security:cors',
    label: 'cross-origin requests',
    line: /access-control-allow-|\bcors\b|\ballow(?:ed)?_?origins?\b/i,
    words: ['CORS', 'cross-origin', 'origins', 'origin'],
  },
  {
    id: 'security:tls',
    label: 'TLS',
    line: /rejectUnauthorized|\bverify\s*=\s*(?:False|True)|InsecureSkipVerify|\bssl_protocols\b|\bminVersion\b|\bsslmode\b|Strict-Transport-Security|\bhsts\b/i,
    words: ['TLS', 'SSL', 'HTTPS', 'HSTS', 'certificate', 'certificates', 'mTLS'],
  },
  {
    id: 'security:session',
    label: 'cookies and sessions',
    line: /\bsame_?site\b|\bhttp_?only\b|SESSION_COOKIE_|CSRF_|\bcsrf\b/i,
    words: ['cookie', 'cookies', 'CSRF', 'SameSite', 'session'],
  },
  {
    id: 'security:auth',
    label: 'how people sign in',
    line: /\b(?:jwt|oauth2?|oidc|saml|argon2|bcrypt|scrypt|pbkdf2|passkeys?|webauthn|mfa|totp)\b/i,
    words: [
      'JWT',
      'OAuth',
      'OAuth2',
      'OIDC',
      'SAML',
      'argon2',
      'bcrypt',
      'scrypt',
      'passkey',
      'passkeys',
      'WebAuthn',
      'MFA',
      'authentication',
      'authorization',
      'password',
      'passwords',
      'hashing',
    ],
  },
  {
    id: 'security:permissions',
    label: 'what a workflow may do',
    path: /^\.github\/workflows\//,
    line: /^\s*permissions:|^\s+(?:contents|packages|id-token|pull-requests|actions|issues|security-events):\s*(?:read|write|none)\b/,
    words: ['permission', 'permissions', 'GITHUB_TOKEN', 'least privilege', 'token', 'tokens'],
  },
  {
    id: 'security:secrets',
    label: 'where secrets are kept',
    line: /\b(?:vault|sops|sealed-?secrets?|secretsmanager|secret_?manager|keyvault|kms|external-?secrets?|age1)\b/i,
    words: ['secret', 'secrets', 'Vault', 'SOPS', 'KMS', 'Key Vault', 'Secrets Manager'],
  },
];

const policy = /^(?:\.github\/|docs\/)?SECURITY\.(?:md|txt|rst)$/i;

/** A security setting that changed with its reason, or the project's security policy, when it is new. */
export function securitySetting(changeSet: ChangeSet): readonly Candidate[] {
  const told = formsIn(changeSet, forms)
    .map((found) => toldForm(changeSet, rule, found))
    .filter((candidate) => candidate !== undefined);
  return [...told.slice(0, 1), ...newPolicy(changeSet)];
}

function newPolicy(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) !== 'ordinary' || changeSet.parents.length === 0) return [];
  return changeSet.files
    .filter((file) => file.status === 'added' && policy.test(file.path))
    .map((file) => ({
      rule,
      kind: 'reference',
      subject: 'security:policy',
      title: `Security policy of the project in ${file.path}`,
      reason: `${file.path} is new.`,
      confidence: 0.55,
      paths: [file.path],
    }));
}
