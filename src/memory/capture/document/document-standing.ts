import type { Standing } from '../../record/record.ts';
import { type DocumentText, fieldsOf } from './document-text.ts';
import { isLabelled } from './document-words.ts';

/** Said of the whole: what was replaced was accepted before, so the last word is the strongest. */
const strength: readonly Standing[] = ['proposed', 'accepted', 'deprecated', 'rejected', 'superseded'];

const words: readonly (readonly [Standing, RegExp])[] = [
  [
    'superseded',
    /^(?:super[cs]ee?ded|replaced|overridden|overruled|obsoleted by|ersetzt(?=\s*(?:durch|von|[(.,;]|$))|abgelöst|überschrieben|remplacée?|supplantée?|reemplazad[oa]|sustituid[oa]|superad[oa]|substituíd[oa]|sostituit[oa]|vervangen|已取代|已被|被|取代|已替代|已替换|置き換え|置換|上書き|差し替え|대체|заменен|zastąpion|thay thế)/iu,
  ],
  [
    'rejected',
    /^(?:(?:was |not )?(?:rejected|declined|withdrawn|abandoned|cancell?ed|denied|discarded|dropped|turned down)|not accepted|won.?t do|no[- ]?go|abgelehnt|verworfen|zurückgezogen|rejetée?|refusée?|abandonnée?|retirée?|rechazad[oa]|descartad[oa]|rejeitad[oa]|recusad[oa]|rifiutat[oa]|respint[oa]|afgewezen|已拒绝|拒绝|拒絕|否决|驳回|已驳回|却下|棄却|不採用|拒否|거부|기각|거절|отклон|odrzucon|từ chối)/iu,
  ],
  [
    'deprecated',
    /^(?:deprecated|obsolete|retired|outdated|archived|inactive|expired|sunset|no longer|veraltet|überholt|obsolet|dépréciée?|obsolète|périmée?|obsolet[oa]|deprecad[oa]|depreciad[oa]|descontinuad[oa]|verouderd|已废弃|废弃|已弃用|弃用|已廢棄|过时|作废|非推奨|廃止|폐기|устарел|przestarzał)/iu,
  ],
  [
    'accepted',
    /^(?:(?:was |has been |conditionally |partially |already |provisionally |fully )*(?:accepted|approved|adopted|agreed|decided|ratified|enacted|implemented|applied|merged|done|complete[d]?)|accept$|active|in effect|effective|in force|final|current|in use|live|valid|standard|binding|resolved|akzeptiert|angenommen|beschlossen|entschieden|genehmigt|freigegeben|umgesetzt|verabschiedet|gültig|acceptée?|acceptee?|approuvée?|adoptée?|validée?|décidée?|aceptad[oa]|aprobad[oa]|adoptad[oa]|vigente|decidid[oa]|implementad[oa]|aceit[oa]|aceite|aprovad[oa]|adotad[oa]|accettat[oa]|approvat[oa]|adottat[oa]|geaccepteerd|aanvaard|goedgekeurd|已接受|接受|已采纳|采纳|採納|已采用|采用|已通过|通过|已批准|批准|已决定|已確定|已实施|已生效|生效|承認|承認済み|採用|採択|決定|受理|受け入れ|確定|承諾|승인|채택|수락|확정|принят|приняt|zaakceptowan|przyjęt|đã chấp nhận|chấp nhận|godkänd|accepterad|vedtatt|hyväksytty)/iu,
  ],
  [
    'proposed',
    /^(?:proposed|proposal|propose$|draft|pending|provisional|tentative|experimental|trial|candidate|planned|idea|tbd|undecided|open|new|wip|rfc|on hold|deferred|postponed|awaiting|under|in (?:review|progress|discussion|draft|consultation)|for (?:review|discussion)|review(?:ing)?|request for comments|to be (?:decided|discussed|reviewed)|not (?:yet )?decided|vorgeschlagen|vorschlag|entwurf|offen|in (?:arbeit|diskussion|prüfung)|proposée?|brouillon|en (?:cours|discussion|attente|revue)|à valider|propuest[oa]|borrador|en revisión|pendiente|propost[oa]|rascunho|em (?:revisão|discussão|análise)|bozza|in (?:revisione|discussione)|voorgesteld|concept|提议|提議|提案|已提议|已提出|草案|草稿|待定|待审|讨论中|建议|拟议|ドラフト|検討中|レビュー中|제안|초안|검토|предлож|черновик|zaproponowan|đề xuất|föreslagen)/iu,
  ],
];

const partly =
  /^(?:partially|partly|in part|teilweise|partiellement|parcialmente|部分)\s*(?:supers|replac|ersetzt|remplac|reemplaz|substitu|取代|被)/i;

/** What the document says of its own standing; undefined where it says nothing that is known. */
export function standingOf(text: DocumentText, path: string, title: string): Standing | undefined {
  const said = statusTexts(text)
    .map(standingIn)
    .filter((one) => one !== undefined);
  const marked = markedIn(title);
  const placed = /(?:^|\/)(superseded|rejected|deprecated|obsolete|withdrawn)\//i.exec(path)?.[1];
  const all = [...said, marked, said.length > 0 || placed === undefined ? undefined : standingIn(placed)];
  return strength.findLast((standing) => all.includes(standing));
}

/** `> Superseded by …`, `**This decision was rejected …**`; a label without a value says nothing. */
const note =
  /^\s*(?:>|\*\*|_|!!!|\W{1,4}NOTE)[\s\W]*(?:note\W+)?((?:this (?:adr|decision|record|document) (?:is|was|has been) )?(?:superseded|deprecated|rejected)\b(?!(?:\W+by)?\W*(?:none|n\/a|no|null)?\W*$).*)/i;

/** The texts that state it: a section, fields, a badge, and a note that something took its place. */
export function statusTexts(text: DocumentText): readonly string[] {
  const section = text.sections.find(({ heading }) => isLabelled(heading, 'status'));
  const inSection = section === undefined ? [] : statusLines(section.lines);
  const inHeading = text.sections.flatMap(
    ({ heading }) => /^\W*status\s*[:–—-]\s*(\S.*)$/i.exec(heading)?.[1] ?? [],
  );
  const fields = text.fields.filter(({ name }) => isLabelled(name, 'status')).map(({ value }) => value);
  const opening = text.sections.slice(0, 2).flatMap(({ lines }) => lines.slice(0, 30));
  const badges = opening.flatMap((line) => /badge\/status-([a-z]+)/i.exec(line)?.[1] ?? []);
  const notes = opening.flatMap((line) => note.exec(line)?.[1] ?? []).filter((said) => !isPartial(said));
  const stated = [...inSection, ...inHeading, ...fields, ...badges, ...notes];
  // A field for the successor speaks only where no status does: often it names what took over a part.
  return stated.some((one) => standingIn(one) !== undefined) ? stated : [...stated, ...successors(text)];
}

function successors(text: DocumentText): readonly string[] {
  const named = text.fields.filter(({ name }) => /^superseded\W*by$/i.test(name)).map(({ value }) => value);
  return named.some((value) => /\d|\]\(|\.md\b/.test(value) && !isPartial(value)) ? ['superseded'] : [];
}

function isPartial(text: string): boolean {
  return /\b(?:in part|partial|only)\b/i.test(text);
}

/** The lines of a status section; rows and labels inside it give their values. */
function statusLines(lines: readonly string[]): readonly string[] {
  const some = lines.filter((line) => line.trim() !== '' && !/^\s*\|?[\s:|-]+\|?$/.test(line)).slice(0, 12);
  const values = some.flatMap((line) => {
    const [field] = fieldsOf([line]);
    if (field === undefined) return [line];
    return isLabelled(field.name, 'status')
      ? [field.value]
      : /^(?:date|on|by|deciders?)$/.test(field.name)
        ? []
        : [line];
  });
  const first = values.findIndex((line) => standingIn(line) !== undefined);
  return first < 0 ? values : values.slice(first);
}

/** The standing one line states; several at once are a form that nobody filled in. */
export function standingIn(line: string): Standing | undefined {
  if (/\[ \]|☐/.test(line) || isChoice(line)) return undefined;
  const plain = line
    .replace(/~~.*?~~/g, ' ')
    .replace(/[`*_>"'“”]/g, '')
    .replace(/\[x\]|[☑✅]/gi, ' ')
    .replace(/^\s*(?:[-+•|]\s*)*/, '')
    .replace(/^(?:\(?\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\)?|\d{1,2}[./]\d{1,2}[./]\d{4})\s*[:：–—-]?\s*/, '')
    .replace(/^[^\p{L}]+/u, '')
    .replace(
      /^(?:this (?:adr|decision|record|document|rfc|proposal)|the decision|decision|it|status)\s*[:：]?\s*(?:is|was|has been)?\s*(?:now |currently )?/i,
      '',
    )
    .trim();
  if (partly.test(plain)) return 'accepted';
  return words.find(([, word]) => word.test(plain))?.[0];
}

/** `proposed | accepted | rejected`, `[proposed, accepted, …]`: the template's own list. */
export function isChoice(line: string): boolean {
  const found = words.filter(([, word]) =>
    line
      .split(/\s*(?:\||\/|,|\bor\b|\boder\b|\bou\b)\s*/)
      .some((part) => word.test(part.replace(/^[^\p{L}]+/u, ''))),
  );
  return (
    found.length >= 3 ||
    (found.length === 2 && /\||^\W*[[{<]/.test(line.replace(/^\s*\|/, '').replace(/\|\s*$/, '')))
  );
}

function markedIn(title: string): Standing | undefined {
  const mark =
    /[[(]\s*(superseded|supercededby|deprecated|rejected|obsolete|withdrawn)\b[^\])]*[\])]|^(superseded|deprecated|rejected)\s*[:–—-]/i.exec(
      title,
    );
  if (mark === null) return /^~~.*~~$/.test(title.trim()) ? 'deprecated' : undefined;
  return standingIn(mark[1] ?? mark[2] ?? '');
}
