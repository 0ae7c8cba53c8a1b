export interface TextBlock {
  readonly type: 'text';
  readonly text: string;
}

/** A picture, inline. `data` is base64. */
export interface ImageBlock {
  readonly type: 'image';
  readonly source: {
    readonly type: 'base64';
    readonly media_type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
    readonly data: string;
  };
}

/** Blocks of a conversation, shaped as in the Messages API. */
export type ContentBlock =
  | TextBlock
  | ImageBlock
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown }
  | {
      readonly type: 'tool_result';
      readonly tool_use_id: string;
      readonly content: string | readonly (TextBlock | ImageBlock)[];
      readonly is_error?: boolean;
    };

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: readonly ContentBlock[];
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** A tool whose schema and description the server knows by itself, e.g. `memory_20250818`; ours are not sent then. */
  readonly serverType?: string;
  /** JSON Schema of an object. */
  readonly input_schema: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  readonly model: string;
  /** Fixed part first: it is cached. */
  readonly system: readonly string[];
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly maxTokens: number;
  /** Asks for thinking, with at most this many tokens; none unless told. */
  readonly thinking?: { readonly budgetTokens: number };
}

/** Tokens of requests and answers. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /**
   * Absent: as the server told them. `counted`: by the editor, text by text, which is near to what its model takes and
   * not what is billed. `unknown`: of some nobody told or counted anything; the figures are those of the others.
   */
  readonly basis?: 'counted' | 'unknown';
}

export interface ModelProblem {
  /** `unauthorized`: key; `rate-limited`; `overloaded`; `unavailable`: 5xx; `network`; `cut`: the stream ended early; `invalid`: the server refused the request; `stopped`: by signal. */
  readonly kind:
    | 'unauthorized'
    | 'rate-limited'
    | 'overloaded'
    | 'unavailable'
    | 'network'
    | 'cut'
    | 'invalid'
    | 'stopped';
  /** A sentence with a next step; never holds the key. */
  readonly message: string;
  /** HTTP status, where the server answered one. */
  readonly status?: number;
}

export type ModelEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | {
      readonly type: 'retry-wait';
      readonly attempt: number;
      /** Attempts after the first, at most. */
      readonly maxRetries?: number;
      readonly delayMs: number;
      readonly problem: ModelProblem;
    }
  | {
      readonly type: 'message-end';
      /** The server's id of the message. */
      readonly messageId?: string;
      readonly content: readonly ContentBlock[];
      readonly stopReason: string;
      readonly usage: Usage;
      readonly model: string;
    }
  | { readonly type: 'failure'; readonly problem: ModelProblem };

/** The model as a port: a stream that ends with `message-end` or `failure` and never throws. */
export interface Model {
  readonly name: string;
  send(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}
