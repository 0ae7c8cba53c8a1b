/** What the loopback model says in place of a real one. */
export type AnswerBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | { readonly type: 'tool_use'; readonly name: string; readonly input: unknown; readonly id?: string };

/** Usage in the Messages API's own names. */
export interface AnswerUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens?: number;
  readonly cache_creation_input_tokens?: number;
}

export interface Reply {
  readonly content: readonly AnswerBlock[];
  /** `tool_use` when a block is one, else `end_turn`. */
  readonly stopReason?: string;
  /** Counted at four bytes a token unless told. */
  readonly usage?: AnswerUsage;
  /** Pause before each streamed event. */
  readonly chunkDelayMs?: number;
  /** The connection is destroyed after this many streamed events. */
  readonly cutAfter?: number;
  /** Nothing more comes after this many streamed events; the connection stays open. */
  readonly hangAfter?: number;
  /** Instead of an end: an SSE `error` event of this type, e.g. `overloaded_error`. */
  readonly errorEvent?: string;
}

export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 413 | 429 | 500 | 502 | 503 | 529;
  /** Seconds, sent as `retry-after`. */
  readonly retryAfter?: number;
  readonly body?: unknown;
}

/** `hang`: the request is taken and nothing is ever answered. `cutAfter` without content: cut in a standing text. */
export type Answer = Reply | Refusal | { readonly hang: true } | { readonly cutAfter: number };

/** A Messages request as it arrived. Header names are lower case. */
export interface ModelServerRequest {
  readonly index: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: MessagesBody;
}

/** The part of the request body that answers are decided from. */
export interface MessagesBody {
  readonly model: string;
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly system?: string | readonly WireBlock[];
  readonly messages: readonly { readonly role: string; readonly content: string | readonly WireBlock[] }[];
  readonly tools?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly input_schema?: unknown;
    readonly cache_control?: unknown;
  }[];
}

export interface WireBlock {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly content?: string | readonly WireBlock[];
  readonly is_error?: boolean;
  readonly cache_control?: unknown;
}

export type Decide = (request: ModelServerRequest) => Answer | Promise<Answer>;
