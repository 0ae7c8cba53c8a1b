import {
  fieldOf,
  flagField,
  type LooseObject,
  listField,
  looseObject,
  numberField,
  objectField,
  textField,
} from '../loose-json.ts';
import { nameField } from './claude-row.ts';

/** Text of a title is not kept beyond this. */
const TITLE_UNITS = 1000;
const LONGEST_PATH = 4096;

interface Origin {
  readonly how: 'fork' | 'continuation';
  readonly from: string;
}

/** What lines beside the conversation say of the session, and its messages of where they were said. The last counts. */
export class SessionLabels {
  sessionId: string | undefined;
  /** The subagent whose work it is. */
  agent: string | undefined;
  version: string | undefined;
  cwd: string | undefined;
  branch: string | undefined;
  /** US dollars; null where the program could not price all of it. */
  costUsd: number | null = null;
  /** The program ended by itself since something was said last. */
  isClosed = false;
  /** Where it was gone on with. */
  continuedIn: string | undefined;
  #custom: string | undefined;
  #made: string | undefined;
  #summary: { readonly text: string; readonly leaf: string } | undefined;
  #derived: Origin | undefined;
  #copied: string | undefined;

  /**
   * A person's title before the program's own before a summary, as the program has it. Early versions wrote summaries of
   * other sessions too: one counts where the message it is of stands in this file.
   */
  title(has: (uuid: string) => boolean): string {
    const summary = this.#summary && has(this.#summary.leaf) ? this.#summary.text : '';
    return this.#custom ?? this.#made ?? summary;
  }

  /** `own`: id of the session itself. */
  origin(own: string): Origin | undefined {
    if (this.#derived !== undefined && this.#derived.from !== own) return this.#derived;
    return this.#copied === undefined || this.#copied === own
      ? undefined
      : { how: 'fork', from: this.#copied };
  }

  addRow(line: LooseObject): void {
    this.isClosed = false;
    this.sessionId = nameField(line, 'sessionId') ?? this.sessionId;
    this.agent = nameField(line, 'attributionAgent') ?? this.agent;
    this.version = nameField(line, 'version') ?? this.version;
    this.cwd = pathField(line, 'cwd') ?? this.cwd;
    const branch = nameField(line, 'gitBranch');
    // What the program says where there is no branch.
    if (branch !== undefined) this.branch = branch === 'HEAD' ? undefined : branch;
    // Lines of a fork are copies that say whose they were; those of /branch name it, other forks only in answers.
    const copied =
      nameField(objectField(line, 'forkedFrom'), 'sessionId') ?? nameField(line, 'requestSessionId');
    if (copied !== undefined && copied !== this.sessionId) this.#copied = copied;
  }

  addLine(line: LooseObject): void {
    switch (textField(line, 'type')) {
      case 'custom-title':
        this.#custom = titleField(line, 'customTitle') ?? this.#custom;
        break;
      case 'ai-title':
        this.#made = titleField(line, 'aiTitle') ?? this.#made;
        break;
      case 'summary': {
        const [text, leaf] = [titleField(line, 'summary'), nameField(line, 'leafUuid')];
        if (text !== undefined && leaf !== undefined) this.#summary = { text, leaf };
        break;
      }
      case 'relocated':
        this.cwd = pathField(line, 'relocatedCwd') ?? this.cwd;
        break;
      case 'cost-state': {
        const cost = numberField(line, 'totalCostUSD');
        this.costUsd = cost === undefined || flagField(line, 'hasUnknownModelCost') ? null : cost;
        this.isClosed = true;
        break;
      }
      case 'continued-in':
        this.continuedIn = nameField(line, 'continuedInSessionId') ?? this.continuedIn;
        break;
      case 'derived-from':
        this.#derived = derivedFrom(line) ?? this.#derived;
        break;
    }
  }
}

/** The newest session that is named; one that went on in the background is the same work, not another. */
function derivedFrom(line: LooseObject): Origin | undefined {
  for (const value of listField(line, 'sessions').toReversed()) {
    const session = looseObject(value);
    const from = nameField(session, 'id');
    if (from === undefined || textField(session, 'type') !== 'claude_code_session') continue;
    return { how: fieldOf(session, 'via') === 'background' ? 'continuation' : 'fork', from };
  }
  return undefined;
}

function titleField(line: LooseObject, name: string): string | undefined {
  const title = textField(line, name)?.trim();
  return title === undefined || title === '' ? undefined : title.slice(0, TITLE_UNITS);
}

function pathField(line: LooseObject, name: string): string | undefined {
  const path = textField(line, name);
  return path !== undefined && path.length <= LONGEST_PATH && /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path)
    ? path
    : undefined;
}
