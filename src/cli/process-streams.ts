import { toDisposable } from '../base/disposable.ts';
import { Emitter } from '../base/event.ts';
import type { EndSignal, Input, Terminal } from './surroundings.ts';

/** Standard output and error of a process. A reader that went away (EPIPE) is no error: what follows is dropped. */
export function createTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Terminal {
  const closed = new Emitter<void>();
  let isClosed = false;
  stdout.on('error', () => {
    isClosed = true;
    closed.fire();
  });
  stderr.on('error', () => {});
  return {
    isInteractive: stderr.isTTY === true,
    outputIsTerminal: stdout.isTTY === true,
    onClosed: (listener) => closed.event(listener),
    say: (text) => void stderr.write(text),
    out: (text) =>
      new Promise((resolve) => {
        if (isClosed) resolve();
        else stdout.write(text, () => resolve());
      }),
  };
}

export function createInput(stdin: NodeJS.ReadStream): Input {
  return {
    isTerminal: stdin.isTTY === true,
    readAll: async (maxBytes) => {
      const pieces: Uint8Array[] = [];
      let size = 0;
      for await (const piece of stdin) {
        size += (piece as Uint8Array).length;
        if (size > maxBytes) return undefined;
        pieces.push(piece as Uint8Array);
      }
      return Buffer.concat(pieces).toString('utf8');
    },
    pieces: () => stdin as AsyncIterable<Uint8Array>,
    listen: (onBytes, onEnd) => {
      let ended = false;
      const end = () => {
        if (!ended) onEnd();
        ended = true;
      };
      stdin.on('data', onBytes);
      stdin.on('end', end);
      stdin.on('close', end);
      stdin.on('error', end);
      return toDisposable(() => {
        stdin.off('data', onBytes);
        stdin.pause();
        // An open pipe would keep the process alive after its work is done.
        stdin.unref?.();
      });
    },
  };
}

const END_SIGNALS: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export function listenForEndSignals(host: NodeJS.Process, listener: (signal: EndSignal) => void) {
  for (const signal of END_SIGNALS) host.on(signal, listener);
  return toDisposable(() => {
    for (const signal of END_SIGNALS) host.off(signal, listener);
  });
}
