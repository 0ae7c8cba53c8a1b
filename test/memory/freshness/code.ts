import { nodeFiles } from '../../../src/base/node-files.ts';
import { type Code, type CodeReader, createCodeReader } from '../../../src/memory/freshness/code-reader.ts';
import { createGrammars } from '../../../src/memory/freshness/grammars.ts';
import { plainLines } from '../../../src/memory/freshness/source-text.ts';

/** One for all tests of a file: a grammar takes its time to load. */
export const reader: CodeReader = createCodeReader(createGrammars(nodeFiles));

export async function read(path: string, text: string): Promise<Code> {
  const code = await reader.read(path, plainLines(text), { symbols: 'all', whole: true });
  if (code === undefined) throw new Error(`There is no grammar for ${path}.`);
  return code;
}

/** Symbol → hash, each once; a second of the same name has a number behind it. */
export async function hashes(path: string, text: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const { symbol, hashes: its } of (await read(path, text)).declarations) {
    let name = symbol;
    for (let number = 2; name in found; number += 1) name = `${symbol} ${number}`;
    found[name] = its?.hash ?? 'none';
  }
  return found;
}

/** One text a language with most of what it can declare, and every kind of token that white space could be lost in. */
export const samples: Readonly<Record<string, string>> = {
  'a.ts': `/** Finds. */
export class Search<T> extends Base {
  limit = 10;
  #cache: string[] = [];
  // Looks it up.
  find(words: string[]): T | undefined {
    const shown = words.map((word) => \`a \${ word } b\`);
    if (shown.length > 1) { return this.#cache[0] as T; }
    return /x y/g.test('two  words') ? undefined : undefined;
  }
}
export const open = async (path: string, { limit = 1 } = {}) => {
  await load(path); return limit + +path.length;
};
export function load(path: string): Promise<void>;
export function load(path: string) { return Promise.resolve(); }
namespace Harbor { export const depth = 12; }
enum Tide { High, Low }
export default function () { return 1; }
`,
  'a.jsx': `export function Panel({ title }) {
  // Shown at the top.
  return <div className="a  b">
    Two words {title}
    <b>deep</b>
  </div>;
}
module.exports.open = function (path) { return path ? 'a' : "b"; };
`,
  'a.py': `import os

LIMIT: int = 10

# Decorated.
@cached(size=1)
def find(words, *, limit=LIMIT):
    """Doc  string."""
    def inner(word):
        return word.strip()
    total = 0; other = 1
    for word in words:
        if inner(word):
            total += 1
    return total, other


class Search(Base):
    depth = 2

    def find(self, words: list[str]) -> int:
        text = f"a {words!r}  b"
        return len(text)
`,
  'a.go': `package harbor

import (
	"fmt"
)

const depth, width = 12, 3

type Ship[T any] struct {
	Name string
	Size int
}

// Moor ties it.
func (s *Ship[T]) Moor(to string) (int, error) {
	x := 1
	y := "two  words"
	fmt.Println(x, y, \`raw
 text\`)
	return x, nil
}

func New() *Ship[int] { return &Ship[int]{Name: "a"} }
`,
  'a.rs': `/// A ship.
#[derive(Debug)]
pub struct Ship { name: String }

impl<T> fmt::Display for Ship<T> {
    fn fmt(&self) -> u8 { write!(f, "{} a  b\\n", self.name + 'c', 1) }
}
impl Ship {
    const DEPTH: u8 = 1;
    // Ties it.
    pub fn moor(&mut self, to: &str) -> Result<(), Error> { self.name = to.into(); Ok(()) }
}
mod tide { pub enum Tide { High, Low } }
macro_rules! twice { ($x:expr) => { $x + $x }; }
`,
  'a.java': `package harbor;

/** A ship. */
@Entity
public class Ship<T> extends Base {
  private int size = 1, depth;
  public Ship(int size) { this.size = size; }
  // Ties it.
  @Override public void moor(String to) { String s = "two  words\\n"; go(s + to); }
  enum Tide { HIGH, LOW }
  record Berth(int number) { }
}
interface Pilot { void board(int ship); }
`,
};
