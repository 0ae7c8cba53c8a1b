import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One piece of a message, as the Gemini API writes it. */
export type Part = Readonly<Record<string, unknown>>;

export interface Content {
  readonly role: string;
  readonly parts: readonly Part[];
}

export interface GenerateBody {
  readonly contents: readonly Content[];
}

export interface Reply {
  readonly parts: readonly Part[];
  /** Of the prompt; 1000 for each request until then unless told. */
  readonly tokens?: number;
}

export type Answer = Reply | 'refused';

export interface GenerateServer {
  readonly url: string;
  /** Every request for a streamed answer, in order of arrival. */
  readonly requests: readonly GenerateBody[];
  /** What it says to the next of them, in turn; to further ones that nothing is left to say. */
  say(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

/** What it says whenever it is asked for a summary of a conversation. */
const SUMMARY = '<state_snapshot>The greeting takes a name.</state_snapshot>';

const TITLE = 'Greeting and the house';

/** A server on loopback that speaks `generateContent` and `streamGenerateContent` of the Gemini API. */
export async function startGenerateServer(): Promise<GenerateServer> {
  const requests: GenerateBody[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const url = request.url ?? '';
      if (url.includes(':streamGenerateContent')) {
        requests.push(JSON.parse(text) as GenerateBody);
        const answer = answers.shift() ?? said('Nothing is left to say.');
        if (answer === 'refused') refuse(response);
        else stream(response, answer, requests.length);
      } else if (url.includes(':generateContent')) {
        // For a name it asks, too.
        const asked = text.includes('state_snapshot') ? SUMMARY : TITLE;
        sendJson(response, 200, chunk([{ text: asked }], 1000));
      } else if (url.includes(':countTokens')) sendJson(response, 200, { totalTokens: 10 });
      else sendJson(response, 404, {});
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    say: (...more) => answers.push(...more),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export function said(text: string, tokens?: number): Reply {
  return { parts: [{ text }], ...(tokens !== undefined && { tokens }) };
}

export function calls(id: string, name: string, args: unknown): Part {
  return { functionCall: { id, name, args } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const piece of request) chunks.push(piece as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function chunk(parts: readonly Part[], tokens: number): unknown {
  return {
    candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: tokens,
      cachedContentTokenCount: 500,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 5,
      totalTokenCount: tokens + 25,
    },
    modelVersion: 'loopback',
  };
}

function stream(response: ServerResponse, { parts, tokens }: Reply, number: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`data: ${JSON.stringify(chunk(parts, tokens ?? 1000 * number))}\n\n`);
}

function refuse(response: ServerResponse): void {
  sendJson(response, 400, {
    error: { code: 400, message: 'The request was refused.', status: 'INVALID_ARGUMENT' },
  });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
