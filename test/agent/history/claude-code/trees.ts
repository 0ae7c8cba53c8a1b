import * as fc from 'fast-check';

/** Steps from which a session's file is written: what people and programs do to a conversation. */
export type Step =
  | { readonly kind: 'say' | 'calls' | 'killed' | 'beside' | 'compact' | 'duplicate' }
  /** Back to an earlier message; `noted`: as the program writes it down. */
  | { readonly kind: 'back'; readonly to: number; readonly noted: boolean }
  /** Another program has the session open too: what follows is its. */
  | { readonly kind: 'switch' }
  | { readonly kind: 'note'; readonly of: 'here' | 'elsewhere' | 'nothing' | 'unknown' }
  | { readonly kind: 'lose'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('say', 'say', 'calls', 'beside').map((kind) => ({ kind }) as Step),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('killed', 'compact', 'duplicate').map((kind) => ({ kind }) as Step),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('back' as const),
      to: fc.nat({ max: 20 }),
      noted: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'switch' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('note' as const),
      of: fc.constantFrom(
        'here' as const,
        'here' as const,
        'elsewhere' as const,
        'nothing' as const,
        'unknown' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), which: fc.nat({ max: 40 }) }) },
);

/** The steps of a seed; the same for ever. */
export function stepsOf(seed: number): readonly Step[] {
  const [steps = []] = fc.sample(fc.array(step, { minLength: 4, maxLength: 14 }), { seed, numRuns: 1 });
  return [{ kind: 'say' }, ...steps];
}

type Json = Readonly<Record<string, unknown>>;

/** The file of a session that came about by these steps. */
export function treeOf(steps: readonly Step[], session: string, cwd: string): string {
  const tree = new Tree(session, cwd);
  for (const each of steps) tree.take(each);
  return tree.lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

class Tree {
  readonly lines: Json[] = [];
  readonly #session: string;
  readonly #cwd: string;
  /** Messages that were said, for going back. */
  readonly #said: string[] = [];
  /** Where each of two programs stands. */
  #ends: (string | null)[] = [null, null];
  #turn = 0;
  #count = 0;

  constructor(session: string, cwd: string) {
    this.#session = session;
    this.#cwd = cwd;
  }

  take(step: Step): void {
    switch (step.kind) {
      case 'say':
        this.#prompt();
        this.#answer([{ type: 'text', text: `Answer ${this.#count}.` }]);
        break;
      case 'calls':
        this.#prompt();
        this.#calls(2);
        this.#answer([{ type: 'text', text: `Answer ${this.#count}.` }]);
        break;
      case 'killed':
        this.#prompt();
        this.#calls(this.#count % 2);
        break;
      case 'beside':
        this.#row({ type: 'attachment', attachment: { type: 'date', date: '2026-12-01' } });
        break;
      case 'compact':
        this.#compact();
        break;
      case 'duplicate':
        if (this.lines.length > 0) this.lines.push(this.lines.at(-1) as Json);
        break;
      case 'back':
        this.#back(step.to, step.noted);
        break;
      case 'switch':
        this.#turn = 1 - this.#turn;
        this.#ends[this.#turn] ??= this.#ends[1 - this.#turn] ?? null;
        break;
      case 'note':
        this.#note(step.of);
        break;
      case 'lose':
        if (this.lines.length > 3) this.lines.splice(1 + (step.which % (this.lines.length - 1)), 1);
    }
  }

  #prompt(): void {
    this.#said.push(
      this.#row({ type: 'user', message: { role: 'user', content: `Prompt ${this.#count}.` } }),
    );
  }

  #answer(content: readonly Json[], message = this.#count, stop = 'end_turn'): string {
    const uuid = this.#row({
      type: 'assistant',
      message: {
        id: `msg_${message}`,
        type: 'message',
        role: 'assistant',
        model: 'claude-opus-5-5',
        content,
        stop_reason: stop,
        stop_sequence: null,
        usage: { input_tokens: 10, output_tokens: 2 },
      },
      requestId: `req_${message}`,
    });
    this.#said.push(uuid);
    return uuid;
  }

  /** Two calls of one answer, as the program writes them: each result hangs below the line of its own call. */
  #calls(results: number): void {
    const message = this.#count;
    const made = [0, 1].map((index) => {
      const id = `toolu_${message}_${index}`;
      const input = { command: `echo ${message} ${index}` };
      return { id, uuid: this.#answer([{ type: 'tool_use', id, name: 'Bash', input }], message, 'tool_use') };
    });
    for (const { id, uuid } of made.slice(0, results)) {
      this.#ends[this.#turn] = uuid;
      const content = [{ tool_use_id: id, type: 'tool_result', content: `Result ${id}.`, is_error: false }];
      this.#row({ type: 'user', message: { role: 'user', content }, sourceToolAssistantUUID: uuid });
    }
  }

  #compact(): void {
    const end = this.#ends[this.#turn] ?? null;
    const kept = this.#count % 2 === 0 ? this.#said.filter((uuid) => uuid === end) : [];
    const anchor = this.#uuid(this.#count + 2);
    const preserved = { anchorUuid: anchor, uuids: kept, allUuids: kept };
    const compactMetadata = {
      trigger: 'manual',
      preTokens: 100,
      ...(kept.length > 0 && { preservedMessages: preserved }),
    };
    this.#ends[this.#turn] = null;
    this.#row({
      logicalParentUuid: end,
      type: 'system',
      subtype: 'compact_boundary',
      content: 'Compacted',
      compactMetadata,
    });
    const content = `(instructions of the program)\n\nSummary:\nSummary ${this.#count}.`;
    this.#row({
      type: 'user',
      message: { role: 'user', content },
      isVisibleInTranscriptOnly: true,
      isCompactSummary: true,
    });
  }

  #back(to: number, noted: boolean): void {
    const target = this.#said[to % Math.max(this.#said.length, 1)];
    if (target === undefined) return;
    this.#ends[this.#turn] = target;
    if (noted) this.#noted({ leafUuid: target, explicit: true, rewound: true });
  }

  #note(of: 'here' | 'elsewhere' | 'nothing' | 'unknown'): void {
    if (of === 'nothing') this.#noted({});
    else if (of === 'unknown') this.#noted({ leafUuid: this.#uuid(9999) });
    else {
      const leafUuid = this.#ends[of === 'here' ? this.#turn : 1 - this.#turn];
      this.#noted(leafUuid == null ? {} : { leafUuid });
    }
  }

  #noted(note: Json): void {
    this.lines.push({ type: 'last-prompt', lastPrompt: 'Prompt.', ...note, sessionId: this.#session });
  }

  #row({ logicalParentUuid, ...line }: Json): string {
    this.#count += 1;
    const uuid = this.#uuid(this.#count);
    const timestamp = new Date(Date.UTC(2026, 10, 1) + this.#count * 1000).toISOString();
    const parentUuid = this.#ends[this.#turn] ?? null;
    this.lines.push({
      parentUuid,
      ...(logicalParentUuid !== undefined && { logicalParentUuid }),
      isSidechain: false,
      ...line,
      uuid,
      timestamp,
      userType: 'external',
      entrypoint: 'cli',
      cwd: this.#cwd,
      sessionId: this.#session,
      version: '2.1.330',
      gitBranch: 'main',
    });
    this.#ends[this.#turn] = uuid;
    return uuid;
  }

  #uuid(count: number): string {
    return `${String(count).padStart(8, '0')}-0000-4000-8000-000000000000`;
  }
}
