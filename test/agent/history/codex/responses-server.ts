import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One piece of what the loopback model says, as the Responses API writes it. */
export type OutputItem = Readonly<Record<string, unknown>> & { readonly type: string };

export interface ResponsesBody {
  readonly input: readonly InputItem[];
}

export type InputItem = Readonly<Record<string, unknown>> & { readonly type: string };

type Answer = readonly OutputItem[] | 'refused';

export interface ResponsesServer {
  readonly url: string;
  /** Every request for an answer, in order of arrival. */
  readonly requests: readonly ResponsesBody[];
  /** What it says to the next requests, in turn; to further ones that nothing is left to say. */
  say(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

/** A server on loopback that streams the Responses API. */
export async function startResponsesServer(): Promise<ResponsesServer> {
  const requests: ResponsesBody[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      if (request.method !== 'POST' || !request.url?.endsWith('/responses')) {
        response.writeHead(404).end('{}');
        return;
      }
      requests.push(JSON.parse(text) as ResponsesBody);
      const answer = answers.shift() ?? [said('Nothing is left to say.')];
      if (answer === 'refused') refuse(response);
      else send(response, answer, requests.length);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    say: (...more) => answers.push(...more),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export function said(text: string): OutputItem {
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
}

export function calls(
  name: string,
  input: unknown,
  more: Readonly<Record<string, unknown>> = {},
): OutputItem {
  return { type: 'function_call', name, arguments: JSON.stringify(input), ...more };
}

/** A tool whose input is text. */
export function callsWith(name: string, input: string): OutputItem {
  return { type: 'custom_tool_call', name, input };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(response: ServerResponse): void {
  response.writeHead(400, { 'content-type': 'application/json' });
  response.end('{"error":{"message":"The request was refused.","type":"invalid_request_error"}}');
}

function send(response: ServerResponse, items: readonly OutputItem[], number: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const id = `resp_${number}`;
  const event = (type: string, more: unknown) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...(more as object) })}\n\n`);
  event('response.created', { response: { id } });
  for (const [index, item] of items.entries()) {
    const own = `item_${number}_${index}`;
    const isCall = item.type.endsWith('_call') && item.type !== 'web_search_call';
    event('response.output_item.done', {
      output_index: index,
      item: { id: own, ...(isCall && { call_id: `call_${number}_${index}` }), ...item },
    });
  }
  const usage = {
    input_tokens: 1000 * number,
    input_tokens_details: { cached_tokens: 500 },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: 5 },
    total_tokens: 1000 * number + 20,
  };
  event('response.completed', { response: { id, usage } });
  response.end();
}
