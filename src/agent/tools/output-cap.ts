import { stripVTControlCharacters } from 'node:util';

/** Keeps the beginning and the end of a long output, within fixed memory however much comes. */
export interface OutputCap {
  add(text: string): void;
  /** What was kept, terminal control sequences removed, with a line that counts what was left out. */
  text(): string;
  readonly isCut: boolean;
}

export function createOutputCap(headCharacters: number, tailCharacters: number): OutputCap {
  let head = '';
  let tail = '';
  let leftOut = 0;
  return {
    get isCut() {
      return leftOut > 0 || tail.length > tailCharacters;
    },
    add: (text) => {
      const fits = text.slice(0, headCharacters - head.length);
      head += fits;
      tail += text.slice(fits.length);
      // Cut now and then only: a cut for each chunk would copy the tail again and again.
      if (tail.length <= tailCharacters * 2) return;
      leftOut += tail.length - tailCharacters;
      tail = tail.slice(-tailCharacters);
    },
    text: () => {
      const end = tail.slice(-tailCharacters);
      const missing = leftOut + tail.length - end.length;
      const gap = missing === 0 ? '' : `\n[${missing} characters left out]\n`;
      return stripVTControlCharacters(`${head}${gap}${end}`);
    },
  };
}
