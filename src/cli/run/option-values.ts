import { failure, type Result, success } from '../../base/result.ts';
import { nearest } from '../nearest.ts';

/** One of a few words; else a sentence that names them. */
export function oneOf<Word extends string>(
  option: string,
  word: string,
  words: readonly Word[],
): Result<Word, string> {
  const found = words.find((one) => one === word);
  if (found !== undefined) return success(found);
  const meant = nearest(word, words);
  return failure(
    `${option} is one of ${words.join(', ')}, not "${word}".${meant ? ` Did you mean ${meant}?` : ''}`,
  );
}

/** A whole number from 1 on; undefined where nothing was given. */
export function wholeNumber(option: string, word: string | undefined): Result<number | undefined, string> {
  if (word === undefined) return success(undefined);
  const number = Number(word);
  if (word.trim() !== '' && Number.isSafeInteger(number) && number >= 1) return success(number);
  return failure(`${option} is a number from 1 on, not "${word}".`);
}

/** An amount above 0; undefined where nothing was given. */
export function amount(option: string, word: string | undefined): Result<number | undefined, string> {
  if (word === undefined) return success(undefined);
  const number = Number(word);
  if (word.trim() !== '' && Number.isFinite(number) && number > 0) return success(number);
  return failure(`${option} is a number greater than 0, not "${word}".`);
}

/** `Bash(npm run *), Edit` and `Bash(npm run *) Edit` are two rules: what stands in parentheses is not cut. */
export function splitRules(list: string): readonly string[] {
  const rules: string[] = [];
  let depth = 0;
  let rule = '';
  for (const character of list) {
    if (character === '(') depth += 1;
    if (character === ')') depth = Math.max(0, depth - 1);
    if (depth === 0 && /[\s,]/.test(character)) {
      rules.push(rule);
      rule = '';
    } else rule += character;
  }
  return [...rules, rule].filter((one) => one !== '');
}
