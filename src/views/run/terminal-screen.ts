/** What the person is typing, and whether the line for it shows while it is empty. */
export interface InputState {
  readonly text: string;
  readonly open: boolean;
}

const PROMPT = '› ';
const CLEAR_BELOW = '\u001b[J';

/**
 * A terminal with output above and one line of input below. While somebody types, output comes line by line above
 * the input; else it streams as it arrives.
 */
export class TerminalScreen {
  readonly #write: (text: string) => void;
  #columns = 80;
  #input: InputState = { text: '', open: false };
  /** Output held back until its line is whole, while input is on screen. */
  #held = '';
  #atLineStart = true;
  #shown = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  resize(columns: number): void {
    this.#columns = Math.max(columns, 10);
  }

  /** Text with our own marks; `\n` ends a line. */
  print(text: string): void {
    if (!this.#shown) {
      this.#emit(text);
      return;
    }
    const whole = `${this.#held}${text}`;
    const end = whole.lastIndexOf('\n') + 1;
    this.#held = whole.slice(end);
    if (end === 0) return;
    this.#hide();
    this.#emit(whole.slice(0, end));
    this.#show();
  }

  /** Ends the line that output is in, if it is in one. */
  freshLine(): void {
    const inLine = this.#shown ? this.#held !== '' : !this.#atLineStart;
    if (inLine) this.print('\n');
  }

  input(state: InputState): void {
    this.#hide();
    this.#input = state;
    if (state.open || state.text !== '') this.#show();
    else this.#release();
  }

  /** The input line becomes part of the output, e.g. when it was sent. */
  commit(text: string): void {
    this.#hide();
    this.#input = { ...this.#input, text: '' };
    this.#release();
    this.freshLine();
    this.print(text);
  }

  #release(): void {
    const held = this.#held;
    this.#held = '';
    if (held !== '') this.#emit(held);
  }

  #show(): void {
    // What streamed into an unfinished line stays there; its rest comes below.
    if (!this.#atLineStart) this.#emit('\n');
    this.#write(`${PROMPT}${this.#input.text}`);
    this.#shown = true;
  }

  #hide(): void {
    if (!this.#shown) return;
    const rows = Math.floor((PROMPT.length + this.#input.text.length) / this.#columns);
    this.#write(`\r${rows > 0 ? `\u001b[${rows}A` : ''}${CLEAR_BELOW}`);
    this.#shown = false;
  }

  #emit(text: string): void {
    if (text === '') return;
    this.#write(text.replaceAll('\n', '\r\n'));
    this.#atLineStart = text.endsWith('\n');
  }
}
