import type { RecordKind } from '../../../memory/project/record-kind.ts';

/** Something a session said or showed that is worth remembering. A draft of a proposal, no more. */
export interface Learnt {
  readonly kind: RecordKind;
  /** One specific line. */
  readonly title: string;
  readonly why?: string;
  readonly considered?: string;
  /** More of it, as paragraphs of Markdown from any text: whoever keeps it makes it safe. */
  readonly told: readonly string[];
  readonly rule: 'said-decision' | 'confirmed-decision' | 'turned-green' | 'repeated-failure';
  /** Why it is proposed, in a sentence. */
  readonly reason: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** The same for repeats, in this session and in others; capture's own where a commit may say the same. */
  readonly subject: string;
  /** Of the entry that says so, counted from 1. */
  readonly number: number;
  /** Absolute paths that it is about. */
  readonly paths: readonly string[];
}
