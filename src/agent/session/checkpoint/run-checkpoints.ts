import { type CheckpointPlace, createTreeCapture, isSameTree, storeManifest } from './capture-tree.ts';
import { type LeftOut, leftOutSentence, type Manifest } from './manifest.ts';

/** What a run has to journal and to say. */
export type CheckpointFact =
  | {
      readonly type: 'checkpoint-create';
      readonly checkpoint: number;
      readonly manifest: string;
      readonly reason: 'prompt' | 'turn' | 'end';
    }
  | { readonly type: 'notice'; readonly text: string };

export type RecordFact = (fact: CheckpointFact) => Promise<void>;

/** Takes checkpoints for one run. One that cannot be taken is told of; only a journal that cannot be written rejects. */
export interface RunCheckpoints {
  /** A prompt came: the tree is looked at when the model is asked for the first time, so that nobody waits for it. */
  beginPrompt(): void;
  /** The model is about to be asked. */
  beginTurn(): void;
  /** Resolves when the tree before this turn's first effect is kept; cheap for every later effect of the turn. */
  beforeEffect(record: RecordFact): Promise<void>;
  /** The run is over: a prompt without any effect is kept, too, and what the effects came to. */
  settle(record: RecordFact): Promise<void>;
}

type Captured = Awaited<ReturnType<ReturnType<typeof createTreeCapture>['capture']>>;

/** `last`: the number of the session's last checkpoint, 0 for none. */
export function createRunCheckpoints(place: CheckpointPlace, last: number): RunCheckpoints {
  return new Checkpoints(place, last);
}

class Checkpoints implements RunCheckpoints {
  readonly #place: CheckpointPlace;
  readonly #capture;
  #number: number;
  /** Looks at the tree when it is first called. */
  #prompt: (() => Promise<Captured>) | undefined;
  #before: Promise<void> | undefined;
  #tree: Manifest | undefined;
  #hadEffect = false;
  readonly #said = new Set<string>();

  constructor(place: CheckpointPlace, last: number) {
    this.#place = place;
    this.#capture = createTreeCapture(place);
    this.#number = last;
  }

  beginPrompt(): void {
    let looking: Promise<Captured> | undefined;
    this.#prompt = () => {
      looking ??= this.#capture.capture();
      return looking;
    };
  }

  beginTurn(): void {
    this.#before = undefined;
    const look = this.#prompt;
    // Behind the request: starting git takes a while, in which it would not leave.
    if (look !== undefined) setImmediate(() => void look());
  }

  beforeEffect(record: RecordFact): Promise<void> {
    this.#hadEffect = true;
    this.#before ??= this.#takeBefore(record);
    return this.#before;
  }

  async settle(record: RecordFact): Promise<void> {
    await this.#takePrompt(record);
    if (this.#hadEffect) await this.#takeNow('end', record);
  }

  async #takeBefore(record: RecordFact): Promise<void> {
    await this.#takePrompt(record);
    // Between the prompt and its first effect a person may have gone on working.
    await this.#takeNow('turn', record);
  }

  async #takeNow(reason: 'turn' | 'end', record: RecordFact): Promise<void> {
    const captured = await this.#capture.capture();
    if (captured.ok && this.#tree !== undefined && isSameTree(captured.value, this.#tree)) return;
    await this.#keep(captured, reason, record);
  }

  async #takePrompt(record: RecordFact): Promise<void> {
    const begun = this.#prompt;
    this.#prompt = undefined;
    if (begun !== undefined) await this.#keep(await begun(), 'prompt', record);
  }

  async #keep(captured: Captured, reason: 'prompt' | 'turn' | 'end', record: RecordFact): Promise<void> {
    const stored = captured.ok
      ? await storeManifest(this.#place, captured.value).catch(String)
      : captured.error.message;
    if (!captured.ok || !/^[0-9a-f]{64}$/.test(stored)) {
      const text = `No checkpoint could be taken, so what is changed next cannot be rewound. The run goes on. ${stored}`;
      return this.#sayOnce(text, record);
    }
    this.#number += 1;
    this.#tree = captured.value;
    await record({ type: 'checkpoint-create', checkpoint: this.#number, manifest: stored, reason });
    const left = leftOutSentence(captured.value.left.filter(isWorthSaying));
    if (left !== undefined) await this.#sayOnce(left, record);
  }

  async #sayOnce(text: string, record: RecordFact): Promise<void> {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    await record({ type: 'notice', text });
  }
}

/** A repository inside this one is never looked into; that is what anybody expects. */
function isWorthSaying({ why }: LeftOut): boolean {
  return why !== 'nested-repository';
}
