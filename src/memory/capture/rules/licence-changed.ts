import type { Candidate, ChangedFile, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { asText, readJsonObject } from '../manifest/json-text.ts';
import { quoted, tomlLines } from '../manifest/toml-lines.ts';
import { tellingOf } from './telling.ts';

/** Only at the root: deeper ones belong to what was taken in. */
const licenceFile = /^(?:licen[cs]e|copying|unlicense)(?:[-._][\w.-]+)?$/i;
const manifestFile = /^(?:package\.json|composer\.json|Cargo\.toml|pyproject\.toml)$/;

/** By a line that only this licence has; the first that fits. */
const licences: readonly (readonly [string, RegExp])[] = [
  ['AGPL-3.0', /GNU AFFERO GENERAL PUBLIC LICENSE/i],
  ['LGPL', /GNU LESSER GENERAL PUBLIC LICENSE/i],
  ['GPL-3.0', /GNU GENERAL PUBLIC LICENSE\s+Version 3/i],
  ['GPL-2.0', /GNU GENERAL PUBLIC LICENSE\s+Version 2/i],
  ['Apache-2.0', /Apache License,?\s+Version 2\.0/i],
  ['MPL-2.0', /Mozilla Public License,? (?:v\. |version )2\.0/i],
  ['EPL-2.0', /Eclipse Public License - v 2\.0/i],
  ['BUSL-1.1', /Business Source License 1\.1/i],
  ['Elastic-2.0', /Elastic License 2\.0/i],
  ['CC0-1.0', /CC0 1\.0 Universal/i],
  ['CC-BY-SA-4.0', /Attribution-ShareAlike 4\.0/i],
  ['CC-BY-4.0', /Attribution 4\.0 International/i],
  ['Unlicense', /free and unencumbered software released into the public domain/i],
  ['ISC', /^ISC License|Permission to use, copy, modify, and\/or distribute/im],
  ['MIT', /Permission is hereby granted, free of charge/i],
  ['BSD-3-Clause', /Neither the name of[\s\S]{0,200}(?:endorse|contributors)/i],
  ['BSD-2-Clause', /Redistribution and use in source and binary forms/i],
];

export function mayNameLicence(path: string): boolean {
  return licenceFile.test(path) || manifestFile.test(path);
}

/** The licence of the project, where it was given or another one took its place. A new year changes nothing. */
export function licenceChanged(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) !== 'ordinary') return [];
  const files = changeSet.files.filter((file) => mayNameLicence(file.path));
  const old = licencesOf(files, 'before');
  const now = licencesOf(files, 'after');
  const come = now.filter((name) => !old.includes(name));
  const gone = old.filter((name) => !now.includes(name));
  // A manifest that comes with a new project says nothing that its licence file does not.
  const isGiven =
    old.length === 0 && files.some((file) => licenceFile.test(file.path) && file.status === 'added');
  if (come.length === 0 || (gone.length === 0 && !isGiven && !isJoined(files))) return [];
  const { title, why } = tellingOf(changeSet, (text) => /\blicen[cs]\w*|\bdual-licen/i.test(text), false);
  const licence = come.join(', ');
  const changed = gone.length > 0 || !isGiven;
  const path = files.find((file) => file.status !== 'deleted')?.path ?? files[0]?.path ?? '';
  return [
    {
      rule: 'licence-changed',
      kind: 'decision',
      subject: `licence:${[...now].sort().join(',')}`,
      title: changed && title !== undefined ? title : `License the project under ${licence}`,
      reason: changed
        ? `${path} names ${licence}${gone.length > 0 ? ` instead of ${gone.join(', ')}` : ' as well'}.`
        : `${path} is new and holds the text of ${licence}.`,
      confidence: changed ? 0.85 : 0.7,
      paths: files.filter((file) => file.status !== 'deleted').map((file) => file.path),
      ...(gone.length === 0
        ? {}
        : {
            considered: `${gone.join(', ')}, used until then`,
            replaces: [`licence:${[...old].sort().join(',')}`],
          }),
      ...(why === undefined ? {} : { why }),
    },
  ];
}

/** A second licence file beside the first, or one split in two. */
function isJoined(files: readonly ChangedFile[]): boolean {
  return files.some((file) => licenceFile.test(file.path) && file.whole?.before !== undefined);
}

function licencesOf(files: readonly ChangedFile[], side: 'before' | 'after'): readonly string[] {
  const found = files.flatMap((file) => {
    const text = file.whole?.[side];
    if (text === undefined) return [];
    return licenceFile.test(file.path) ? nameOf(text) : declared(file.path, text);
  });
  return [...new Set(found)];
}

function nameOf(text: string): readonly string[] {
  const start = text.slice(0, 8_000);
  const known = licences.find(([, pattern]) => pattern.test(start));
  return known === undefined ? [] : [known[0]];
}

function declared(path: string, text: string): readonly string[] {
  const value = path.endsWith('.json')
    ? asText(readJsonObject(text)?.['license'])
    : quoted(
        tomlLines(text).find(
          ({ table, key }) =>
            key === 'license' && /^(?:package|workspace\.package|project|tool\.poetry)$/.test(table),
        )?.value ?? '',
      );
  return (value ?? '')
    .split(/\s+(?:OR|AND)\s+|\//)
    .map((name) =>
      name
        .replace(/[()]/g, '')
        .replace(/-(?:only|or-later)$/, '')
        .trim(),
    )
    .filter((name) => /^[A-Z0-9][\w.-]*$/.test(name) && !/^(?:UNLICENSED|SEE)$/.test(name));
}
