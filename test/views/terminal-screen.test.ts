import { describe, expect, it } from 'vitest';
import { TerminalScreen } from '../../src/views/run/terminal-screen.ts';

/** As much of a terminal as the screen uses: carriage return, line feed, cursor up, clear below. */
function shown(writes: readonly string[], columns = 80): string[] {
  const lines: string[] = [''];
  let y = 0;
  let x = 0;
  const put = (char: string): void => {
    if (x === columns) {
      x = 0;
      y += 1;
    }
    lines[y] = `${(lines[y] ?? '').padEnd(x).slice(0, x)}${char}${(lines[y] ?? '').slice(x + 1)}`;
    x += 1;
  };
  for (const [piece, up] of writes.join('').matchAll(/\u001b\[(\d+)A|\u001b\[J|[\s\S]/gu)) {
    if (up) y -= Number(up);
    else if (piece === '\u001b[J') {
      lines[y] = (lines[y] ?? '').slice(0, x);
      lines.length = y + 1;
    } else if (piece === '\r') x = 0;
    else if (piece === '\n') {
      y += 1;
      lines[y] ??= '';
    } else put(piece);
  }
  return lines;
}

function screen(columns = 80): { readonly writes: string[]; readonly screen: TerminalScreen } {
  const writes: string[] = [];
  const made = new TerminalScreen((text) => writes.push(text));
  made.resize(columns);
  return { writes, screen: made };
}

describe('TerminalScreen', () => {
  it('streams as text arrives while nobody types', () => {
    const { writes, screen: it } = screen();
    it.print('Hel');
    it.print('lo\n');
    expect(shown(writes)).toEqual(['Hello', '']);
  });

  it('keeps the input line below output that comes while somebody types', () => {
    const { writes, screen: it } = screen();
    it.print('one\n');
    it.input({ text: 'wait', open: false });
    it.print('two\nthr');
    it.print('ee\n');
    expect(shown(writes)).toEqual(['one', 'two', 'three', '› wait']);
  });

  it('writes held text when the input is empty again', () => {
    const { writes, screen: it } = screen();
    it.input({ text: 'w', open: false });
    it.print('half a line');
    it.input({ text: '', open: false });
    expect(shown(writes)).toEqual(['half a line']);
  });

  it('redraws an input that is longer than the terminal is wide', () => {
    const { writes, screen: it } = screen(10);
    it.input({ text: 'abcdefghijklmno', open: true });
    it.print('out\n');
    it.input({ text: 'x', open: true });
    expect(shown(writes, 10)).toEqual(['out', '› x']);
  });

  it('turns what was sent into output', () => {
    const { writes, screen: it } = screen();
    it.input({ text: 'go on', open: true });
    it.commit('sent: go on\n');
    expect(shown(writes)).toEqual(['sent: go on', '']);
  });

  it('starts a new line only inside of one', () => {
    const { writes, screen: it } = screen();
    it.print('a');
    it.freshLine();
    it.freshLine();
    it.print('b\n');
    expect(shown(writes)).toEqual(['a', 'b', '']);
  });
});
