import type { TemporaryRepository } from './temporary-repository.ts';

/** What a reader of the history would say of one decision document, as of its last version. */
export interface ExpectedDocument {
  readonly path: string;
  readonly title: string;
  readonly status?: string;
  /** Paths of the documents it takes the place of, whole or in part. */
  readonly supersedes?: readonly string[];
}

/** A history in one of the forms that projects write decisions in. */
export interface AdrHistory {
  readonly name: string;
  readonly make: (repository: TemporaryRepository) => void;
  readonly expected: readonly ExpectedDocument[];
}

const lorem = 'The team met twice about it and the load test of last week settled the matter.';

function nygard(number: number, title: string, status: string): string {
  return `# ${number}. ${title}\n\nDate: 2021-03-0${(number % 9) + 1}\n\n## Status\n\n${status}\n\n## Context\n\n${lorem}\n\n## Decision\n\nWe will ${title.toLowerCase()}.\n\n## Consequences\n\nOne thing gets easier, another harder.\n`;
}

const adrTools: AdrHistory = {
  name: 'adr-tools',
  make: (repository) => {
    repository.commit('Start', { 'README.md': '# Shop\n' });
    repository.commit('Record decisions', {
      'doc/adr/0001-record-architecture-decisions.md': nygard(1, 'Record architecture decisions', 'Accepted'),
    });
    repository.commit('Database', {
      'doc/adr/0002-use-mysql.md': nygard(2, 'Use MySQL', 'Proposed'),
      'src/db.ts': 'export const db = 1;\n',
    });
    repository.commit('Accept ADR 2', { 'doc/adr/0002-use-mysql.md': nygard(2, 'Use MySQL', 'Accepted') });
    repository.commit('Move to PostgreSQL', {
      'doc/adr/0002-use-mysql.md': nygard(
        2,
        'Use MySQL',
        'Superceded by [3. Use PostgreSQL](0003-use-postgresql.md)',
      ),
      'doc/adr/0003-use-postgresql.md': nygard(
        3,
        'Use PostgreSQL',
        'Accepted\n\nSupercedes [2. Use MySQL](0002-use-mysql.md)',
      ),
    });
    repository.commit('Typing error', {
      'doc/adr/0003-use-postgresql.md': nygard(
        3,
        'Use PostgreSQL',
        'Accepted\n\nSupercedes [2. Use MySQL](0002-use-mysql.md)',
      ).replace('settled', 'has settled'),
    });
    repository.commit('Index', {
      'doc/adr/README.md':
        '# Architecture decisions\n\n* [1. Record architecture decisions](0001-record-architecture-decisions.md)\n* [2. Use MySQL](0002-use-mysql.md)\n',
      'doc/adr/template.md': nygard(0, 'TITLE', 'STATUS'),
    });
    repository.commit('Queue', { 'doc/adr/0004-use-a-queue.md': nygard(4, 'Use a queue', 'Rejected') });
  },
  expected: [
    {
      path: 'doc/adr/0001-record-architecture-decisions.md',
      title: 'Record architecture decisions',
      status: 'accepted',
    },
    { path: 'doc/adr/0002-use-mysql.md', title: 'Use MySQL', status: 'superseded' },
    {
      path: 'doc/adr/0003-use-postgresql.md',
      title: 'Use PostgreSQL',
      status: 'accepted',
      supersedes: ['doc/adr/0002-use-mysql.md'],
    },
    { path: 'doc/adr/0004-use-a-queue.md', title: 'Use a queue', status: 'rejected' },
  ],
};

function madr(title: string, head: string, rest = ''): string {
  return `${head}# ${title}\n\n## Context and Problem Statement\n\n${lorem} Which one do we take?\n\n## Considered Options\n\n* ${title}\n* Do nothing\n\n## Decision Outcome\n\nChosen option: "${title}", because it is the only one that works offline.\n\n### Consequences\n\n* Good, because it is simple\n* Bad, because it is new\n${rest}`;
}

const madrVersions: AdrHistory = {
  name: 'MADR 2 to 4',
  make: (repository) => {
    repository.commit('Start', { 'README.md': '# App\n' });
    repository.commit('docs: first decisions', {
      'docs/decisions/0000-use-markdown-decision-records.md': madr('Use Markdown decision records', ''),
      'docs/decisions/0001-use-redux.md': madr('Use Redux for state', '').replace(
        '\n\n## Context',
        '\n\n* Status: proposed\n* Deciders: Ada, Grace\n* Date: 2020-02-02\n\n## Context',
      ),
      'docs/decisions/adr-template.md': madr(
        '{short title, representative of solved problem and found solution}',
        '---\nstatus: "{proposed | rejected | accepted | deprecated | … | superseded by ADR-0123"\n---\n\n',
      ),
    });
    repository.commit('docs: accept redux', {
      'docs/decisions/0001-use-redux.md': madr('Use Redux for state', '').replace(
        '\n\n## Context',
        '\n\n* Status: accepted\n* Deciders: Ada, Grace\n* Date: 2020-02-09\n\n## Context',
      ),
    });
    repository.commit('docs: signals', {
      'docs/decisions/0002-use-signals.md': madr(
        'Use signals for state',
        '---\nstatus: accepted\ndate: 2024-05-01\ndecision-makers: [Ada, Grace]\n---\n\n',
        '\n## More Information\n\nSupersedes [ADR-0001](0001-use-redux.md).\n',
      ),
      'docs/decisions/0001-use-redux.md': madr(
        'Use Redux for state',
        '---\nstatus: superseded by [ADR-0002](0002-use-signals.md)\ndate: 2024-05-01\n---\n\n',
      ),
    });
    repository.commit('docs: move', {});
    repository.run('mv', 'docs/decisions', 'docs/adr');
    repository.commit('docs: use the shorter directory');
    repository.commit('docs: quoted status', {
      'docs/adr/0003-use-vite.md': madr('Use Vite', '---\nstatus: "superseded by ADR-0004"\n---\n\n'),
      'docs/adr/0004-use-rspack.md': madr('Use Rspack', '---\nstatus: "accepted"\n---\n\n'),
      'docs/adr/0005-log-format.md': madr('Choose the log format', '---\nstatus: deprecated\n---\n'),
    });
  },
  expected: [
    { path: 'docs/adr/0000-use-markdown-decision-records.md', title: 'Use Markdown decision records' },
    { path: 'docs/adr/0001-use-redux.md', title: 'Use Redux for state', status: 'superseded' },
    {
      path: 'docs/adr/0002-use-signals.md',
      title: 'Use signals for state',
      status: 'accepted',
      supersedes: ['docs/adr/0001-use-redux.md'],
    },
    { path: 'docs/adr/0003-use-vite.md', title: 'Use Vite', status: 'superseded' },
    {
      path: 'docs/adr/0004-use-rspack.md',
      title: 'Use Rspack',
      status: 'accepted',
      supersedes: ['docs/adr/0003-use-vite.md'],
    },
    { path: 'docs/adr/0005-log-format.md', title: 'Choose the log format', status: 'deprecated' },
  ],
};

function block(title: string, meta: string, body = ''): string {
  return `${title}\n\n${meta}\n\n## Context\n\n${lorem}\n\n## Decision\n\nWe take the one that is known to work.${body}\n\n## Consequences\n\nFewer surprises.\n`;
}

const labelled: AdrHistory = {
  name: 'labels, tables and front matter in a monorepo',
  make: (repository) => {
    repository.commit('Start', { 'package.json': '{"name":"mono"}\n' });
    repository.commit('Payments decisions', {
      'services/payments/docs/architecture/decisions/ADR-001-idempotency-keys.md': block(
        '# ADR-001: Idempotency keys on every write',
        '**Status:** Accepted\n**Date:** 2023-01-02\n**Deciders:** the payments team',
      ),
      'services/payments/docs/architecture/decisions/ADR-002-saga.md': block(
        '# ADR-002 — Sagas across services',
        '- **Status**: ✅ Accepted (2023-02-01)\n- **Supersedes**: None',
      ),
      'services/payments/docs/architecture/decisions/ADR-003-outbox.md': block(
        '# ADR-003 | Outbox table',
        '| Field | Value |\n|---|---|\n| Status | Proposed |\n| Date | 2023-03-01 |',
      ),
    });
    repository.commit('Outbox replaces sagas', {
      'services/payments/docs/architecture/decisions/ADR-002-saga.md': block(
        '# ADR-002 — Sagas across services',
        '- **Status**: ⚠️ Superseded by ADR-003\n- **Supersedes**: None',
      ),
      'services/payments/docs/architecture/decisions/ADR-003-outbox.md': block(
        '# ADR-003 | Outbox table',
        '| Field | Value |\n|---|---|\n| Status | Accepted |\n| Date | 2023-03-09 |\n| Supersedes | ADR-002 |',
      ),
    });
    repository.commit('Front end decisions', {
      'apps/web/adr/2022-05-04-css-modules.md':
        '---\ntitle: CSS modules\nstatus: Accepted\ntags: [css]\n---\n\n## Context\n\nStyles leak.\n\n## Decision\n\nCSS modules for all components.\n',
      'apps/web/adr/2024-01-09-tailwind.md':
        '---\ntitle: "Tailwind"\nstatus: accepted\nsupersedes:\n  - 2022-05-04-css-modules\n---\n\n## Context\n\nToo many names.\n\n## Decision\n\nTailwind for all new components.\n',
      'apps/web/adr/index.md':
        '# Decisions\n\n- [CSS modules](2022-05-04-css-modules.md)\n- [Tailwind](2024-01-09-tailwind.md)\n',
    });
    repository.commit('Without a number', {
      'libs/core/decisions/error-codes.md': block('# Error codes are strings', 'Status: Accepted'),
      'libs/core/decisions/how-to-write.md': '# How to write a decision\n\nCopy the last one.\n',
    });
    repository.commit('Partly', {
      'libs/core/decisions/retries.md': block(
        '# Retries in the client',
        'Status: Accepted — the codes for time-outs are superseded by the gateway',
        '\n\nThis decision supersedes some aspects of [error codes](error-codes.md).',
      ),
    });
    repository.commit('By title only', {
      'libs/core/decisions/exceptions.md': block(
        '# Exceptions carry a cause',
        'Status: Accepted\n\nReplaces: "Retries in the client"',
      ),
    });
  },
  expected: [
    {
      path: 'services/payments/docs/architecture/decisions/ADR-001-idempotency-keys.md',
      title: 'Idempotency keys on every write',
      status: 'accepted',
    },
    {
      path: 'services/payments/docs/architecture/decisions/ADR-002-saga.md',
      title: 'Sagas across services',
      status: 'superseded',
    },
    {
      path: 'services/payments/docs/architecture/decisions/ADR-003-outbox.md',
      title: 'Outbox table',
      status: 'accepted',
      supersedes: ['services/payments/docs/architecture/decisions/ADR-002-saga.md'],
    },
    { path: 'apps/web/adr/2022-05-04-css-modules.md', title: 'CSS modules', status: 'accepted' },
    {
      path: 'apps/web/adr/2024-01-09-tailwind.md',
      title: 'Tailwind',
      status: 'accepted',
      supersedes: ['apps/web/adr/2022-05-04-css-modules.md'],
    },
    { path: 'libs/core/decisions/error-codes.md', title: 'Error codes are strings', status: 'accepted' },
    {
      path: 'libs/core/decisions/retries.md',
      title: 'Retries in the client',
      status: 'accepted',
      supersedes: ['libs/core/decisions/error-codes.md'],
    },
    {
      path: 'libs/core/decisions/exceptions.md',
      title: 'Exceptions carry a cause',
      status: 'accepted',
      supersedes: ['libs/core/decisions/retries.md'],
    },
  ],
};

const otherMarkup: AdrHistory = {
  name: 'AsciiDoc, reStructuredText, Y-statements, Tyree and Akerman',
  make: (repository) => {
    repository.commit('Start', { 'README.adoc': '= Tool\n' });
    repository.commit('AsciiDoc', {
      'src/docs/adrs/adr-0001-hexagonal.adoc': `= ADR-0001: Hexagonal architecture\n:toc:\n:status: accepted\n\n== Status\n\nAccepted\n\n== Context\n\n${lorem}\n\n== Decision\n\nPorts and adapters.\n\n== Consequences\n\nMore files.\n`,
      'src/docs/adrs/adr-0002-cqrs.adoc': `= ADR-0002: CQRS\n\n== Status\n\nSuperseded by xref:adr-0003-crud.adoc[ADR-0003]\n\n== Context\n\n${lorem}\n\n== Decision\n\nReads and writes apart.\n`,
      'src/docs/adrs/adr-0003-crud.adoc': `= ADR-0003: Plain CRUD\n\n== Status\n\nAccepted. Supersedes <<adr-0002-cqrs>>.\n\n== Context\n\n${lorem}\n\n== Decision\n\nOne model.\n`,
    });
    repository.commit('reStructuredText', {
      'docs/source/decisions/0004-units.rst': `.. _adr-4:\n\n=================\n0004: SI units\n=================\n\n:Status: Accepted\n:Date: 2022-01-01\n\nContext\n=======\n\n${lorem}\n\nDecision\n========\n\nAll numbers are SI.\n`,
      'docs/source/decisions/0005-imperial.rst': `ADR 5: Imperial units\n=====================\n\nStatus\n------\n\nRejected\n\nContext\n-------\n\n${lorem}\n\nDecision\n--------\n\nNo.\n`,
    });
    repository.commit('Y-statement', {
      'docs/adr/0006-session-state.md':
        '# Session state\n\nStatus: decided\n\nIn the context of the web shop, facing the need to keep user sessions, we decided for a database session state and against a client session state, to achieve elasticity, accepting that a session database has to be run.\n',
      'docs/adr/0007-tyree.md': `# Message format\n\n## Issue\n\n${lorem}\n\n## Decision\n\nAvro with a registry.\n\n## Status\n\nDecided\n\n## Group\n\nIntegration\n\n## Assumptions\n\nNone.\n\n## Positions\n\n- JSON\n- Avro\n\n## Argument\n\nIt is the only one with a schema.\n\n## Implications\n\nA registry has to run.\n`,
    });
    repository.commit('Setext', {
      'docs/adr/0008-setext.md': `8. Line length\n==============\n\nStatus\n------\n\nAccepted\n\nContext\n-------\n\n${lorem}\n\nDecision\n--------\n\nHundred columns.\n`,
      'docs/adr/0009-bold/README.md': `# Bold headings\n\n**Status**\n\nAccepted\n\n**Context**\n\n${lorem}\n\n**Decision**\n\nBold is enough.\n`,
    });
  },
  expected: [
    { path: 'src/docs/adrs/adr-0001-hexagonal.adoc', title: 'Hexagonal architecture', status: 'accepted' },
    { path: 'src/docs/adrs/adr-0002-cqrs.adoc', title: 'CQRS', status: 'superseded' },
    {
      path: 'src/docs/adrs/adr-0003-crud.adoc',
      title: 'Plain CRUD',
      status: 'accepted',
      supersedes: ['src/docs/adrs/adr-0002-cqrs.adoc'],
    },
    { path: 'docs/source/decisions/0004-units.rst', title: 'SI units', status: 'accepted' },
    { path: 'docs/source/decisions/0005-imperial.rst', title: 'Imperial units', status: 'rejected' },
    { path: 'docs/adr/0006-session-state.md', title: 'Session state', status: 'accepted' },
    { path: 'docs/adr/0007-tyree.md', title: 'Message format', status: 'accepted' },
    { path: 'docs/adr/0008-setext.md', title: 'Line length', status: 'accepted' },
    { path: 'docs/adr/0009-bold/README.md', title: 'Bold headings', status: 'accepted' },
  ],
};

const languages: AdrHistory = {
  name: 'seven languages',
  make: (repository) => {
    repository.commit('Start', { 'README.md': '# x\n' });
    const text = (
      title: string,
      [status, context, decision]: readonly [string, string, string],
      state: string,
    ): string =>
      `# ${title}\n\n## ${status}\n\n${state}\n\n## ${context}\n\n${lorem}\n\n## ${decision}\n\n${lorem}\n`;
    repository.commit('Entscheidungen', {
      'docs/adr/0001-bus.md': text(
        '1. Nachrichtenbus einführen',
        ['Status', 'Kontext', 'Entscheidung'],
        'Ersetzt durch [ADR-0002](0002-rest.md)',
      ),
      'docs/adr/0002-rest.md': text(
        '2. REST zwischen den Diensten',
        ['Status', 'Kontext', 'Entscheidung'],
        'Akzeptiert\n\nErsetzt [ADR-0001](0001-bus.md)',
      ),
      'docs/adr/0003-cache.md': text(
        '3. Mettre en cache',
        ['Statut', 'Contexte', 'Décision'],
        'Acceptée le 2024-01-01',
      ),
      'docs/adr/0004-colas.md': text(
        '4. Colas para el correo',
        ['Estado', 'Contexto', 'Decisión'],
        'Propuesto',
      ),
      'docs/adr/0005-eventos.md': text('5. Eventos de domínio', ['Estado', 'Contexto', 'Decisão'], 'Aceito'),
      'docs/adr/0006-grpc.md': text('6. 使用 gRPC', ['状态', '背景', '决策'], '已接受'),
      'docs/adr/0007-kysely.md': text(
        '7. Kysely を採用する',
        ['ステータス', 'コンテキスト', '決定'],
        '承認済み',
      ),
      'docs/adr/0008-kafka.md': `# ADR-0008: Kafka を使う\n\n- ステータス: 却下\n- 日付: 2024-02-02\n\n## 背景\n\n${lorem}\n\n## 決定\n\n${lorem}\n`,
    });
  },
  expected: [
    { path: 'docs/adr/0001-bus.md', title: 'Nachrichtenbus einführen', status: 'superseded' },
    {
      path: 'docs/adr/0002-rest.md',
      title: 'REST zwischen den Diensten',
      status: 'accepted',
      supersedes: ['docs/adr/0001-bus.md'],
    },
    { path: 'docs/adr/0003-cache.md', title: 'Mettre en cache', status: 'accepted' },
    { path: 'docs/adr/0004-colas.md', title: 'Colas para el correo', status: 'proposed' },
    { path: 'docs/adr/0005-eventos.md', title: 'Eventos de domínio', status: 'accepted' },
    { path: 'docs/adr/0006-grpc.md', title: '使用 gRPC', status: 'accepted' },
    { path: 'docs/adr/0007-kysely.md', title: 'Kysely を採用する', status: 'accepted' },
    { path: 'docs/adr/0008-kafka.md', title: 'Kafka を使う', status: 'rejected' },
  ],
};

const archived = Array.from({ length: 40 }, (_, index) => index + 1);

const archive: AdrHistory = {
  name: 'an archive of 40, a merge of its own, and moves',
  make: (repository) => {
    repository.commit('Start', { 'a.txt': 'a\n' });
    repository.commit(
      'Import the decisions from the wiki',
      Object.fromEntries(
        archived.map((number) => [
          `architecture/decisions/${String(number).padStart(4, '0')}-matter-${number}.md`,
          nygard(
            number,
            `Settle matter ${number}`,
            number === 40 ? 'Accepted\n\nSupersedes ADR-39' : 'Accepted',
          ),
        ]),
      ),
    );
    repository.commit('Notes', { 'notes/cache.md': nygard(41, 'Cache at the edge', 'Accepted') });
    repository.run('mv', 'notes/cache.md', 'architecture/decisions/0041-cache-at-the-edge.md');
    repository.commit('The note is a decision');
    repository.run('checkout', '-q', '-b', 'side');
    repository.commit('Side', { 'b.txt': 'b\n' });
    repository.run('checkout', '-q', 'main');
    repository.commit('Main', { 'c.txt': 'c\n' });
    repository.run('merge', '-q', '--no-commit', '--no-ff', 'side');
    repository.write(
      'architecture/decisions/0042-merge-of-its-own.md',
      nygard(42, 'Decide while merging', 'Accepted'),
    );
    repository.run('add', '-A');
    repository.run('commit', '-q', '-m', 'Merge branch side');
    repository.commit('Rename', {});
    repository.run(
      'mv',
      'architecture/decisions/0001-matter-1.md',
      'architecture/decisions/0001-the-first-matter.md',
    );
    repository.commit('Better name', {
      'architecture/decisions/0001-the-first-matter.md': nygard(1, 'Settle the first matter', 'Accepted'),
    });
  },
  expected: [
    {
      path: 'architecture/decisions/0001-the-first-matter.md',
      title: 'Settle the first matter',
      status: 'accepted',
    },
    ...archived.slice(1, 39).map((number) => ({
      path: `architecture/decisions/${String(number).padStart(4, '0')}-matter-${number}.md`,
      title: `Settle matter ${number}`,
      status: 'accepted',
    })),
    {
      path: 'architecture/decisions/0040-matter-40.md',
      title: 'Settle matter 40',
      status: 'accepted',
      supersedes: ['architecture/decisions/0039-matter-39.md'],
    },
    {
      path: 'architecture/decisions/0041-cache-at-the-edge.md',
      title: 'Cache at the edge',
      status: 'accepted',
    },
    {
      path: 'architecture/decisions/0042-merge-of-its-own.md',
      title: 'Decide while merging',
      status: 'accepted',
    },
  ],
};

const anywhere: AdrHistory = {
  name: 'named by the file, in RFCs, and without any form',
  make: (repository) => {
    repository.commit('Start', { 'a.txt': 'a\n' });
    repository.commit('Decisions all over', {
      'ADR-0001-one-repository.md': nygard(1, 'One repository', 'Accepted'),
      'docs/design/0002-plugin-api.md': nygard(2, 'Plugin API', 'Accepted'),
      'wiki/ADR 3 - Session tokens.md':
        '# ADR 3 - Session tokens\n\n> Status: Accepted\n\n## Decision\n\nOpaque tokens.\n',
      'docs/adr/0004-prose-only.md':
        '# Two deployments a day\n\nWe deploy at ten and at four, because nobody has to watch at night then, and the pipeline needs an hour.\n',
      'docs/adr/0005-checkbox.md':
        '# Checkboxes\n\n## Status\n\n- [ ] Proposed\n- [x] Accepted\n- [ ] Rejected\n\n## Decision\n\nYes.\n',
      'docs/adr/0006-history.md': `# A history of states\n\n## Status\n\n- 2020-01-01: Proposed\n- 2020-02-01: Accepted\n\n## Context\n\n${lorem}\n\n## Decision\n\nYes.\n`,
      'docs/adr/0007-struck.md': `# ~~Struck out~~\n\nStatus: ~~Accepted~~ Deprecated\n\n## Context\n\n${lorem}\n\n## Decision\n\nNo more.\n`,
      'rfcs/0008-streaming.md': `# RFC 0008: Streaming replies\n\n- Status: Implemented\n- Author: Ada\n\n## Motivation\n\n${lorem}\n\n## Proposal\n\nServer-sent events.\n\n## Alternatives\n\nPolling.\n`,
      'rfcs/0009-not-yet.md': `# RFC 0009: Not yet\n\n- Status: Draft\n\n## Motivation\n\n${lorem}\n`,
      'docs/guide.md': '# Guide\n\n## Context\n\nHow to use it.\n',
      'blog/2024-01-01-hello.md': '# Hello\n\nA post.\n',
      'docs/adr/0000-template.md': nygard(0, 'Short title', 'Proposed | Accepted | Rejected'),
      'docs/adr/assets/notes.md': '# Notes\n\nNot a decision.\n',
      'docs/0010-numbered-chapter.md': '# Installation\n\n## Context\n\nRun it.\n',
    });
    repository.commit('A stub', {
      'docs/adr/0011-later.md': '# {title}\n\n## Status\n\n{status}\n\n## Decision\n\n{text}\n',
    });
    repository.commit('Filled in', { 'docs/adr/0011-later.md': nygard(11, 'Filled in later', 'Accepted') });
    repository.commit('Gone', { 'docs/adr/0012-short-lived.md': nygard(12, 'Short lived', 'Accepted') });
    repository.run('rm', '-q', 'docs/adr/0012-short-lived.md');
    repository.commit('Forget it');
  },
  expected: [
    { path: 'ADR-0001-one-repository.md', title: 'One repository', status: 'accepted' },
    { path: 'docs/design/0002-plugin-api.md', title: 'Plugin API', status: 'accepted' },
    { path: 'wiki/ADR 3 - Session tokens.md', title: 'Session tokens', status: 'accepted' },
    { path: 'docs/adr/0004-prose-only.md', title: 'Two deployments a day' },
    { path: 'docs/adr/0005-checkbox.md', title: 'Checkboxes', status: 'accepted' },
    { path: 'docs/adr/0006-history.md', title: 'A history of states', status: 'accepted' },
    { path: 'docs/adr/0007-struck.md', title: 'Struck out', status: 'deprecated' },
    { path: 'rfcs/0008-streaming.md', title: 'Streaming replies', status: 'accepted' },
    { path: 'docs/adr/0011-later.md', title: 'Filled in later', status: 'accepted' },
    { path: 'docs/adr/0012-short-lived.md', title: 'Short lived', status: 'accepted' },
  ],
};

/** The forms, each as a history of its own. */
export const adrHistories: readonly AdrHistory[] = [
  adrTools,
  madrVersions,
  labelled,
  otherMarkup,
  languages,
  archive,
  anywhere,
];
