/** What headings and labels of decision documents are called; the languages: en, de, fr, es, pt, it, nl, zh, ja, ko, ru, pl, vi. */

const numbering = /^(?:§\s*)?(?:\d+(?:\.\d+)*[.):]?|[ivx]+[.)])\s+/i;
const ornament = /^[^\p{L}\p{N}]+|[^\p{L}\p{N})）]+$/gu;

/** A heading or label to compare: lower case, without number, ornament and closing colon. */
export function plainLabel(text: string): string {
  return text
    .normalize('NFC')
    .replace(ornament, '')
    .replace(numbering, '')
    .replace(ornament, '')
    .replace(/\s+/g, ' ')
    .toLowerCase();
}

export const labels = {
  status:
    /^(?:(?:current |decision |adr |document |record |proposal )?(?:status|state|lifecycle)(?: of (?:this|the) .*)?|zustand|statut|état|etat|estado|situação|situacao|stato|状态|狀態|決策狀態|ステータス|状態|상태|статус|trạng thái|stan)(?:\s*[(（/].*)?$/u,
  decision:
    /^(?:(?:the |our |final |proposed |key |main |architecture |architectural |design |technical )?decisions?(?: (?:outcome|made|taken|statement|summary|details?|description|result))?|outcome|resolution|chosen (?:option|solution|approach)|selected (?:option|solution|approach)|what we decided|we (?:have )?decided(?: (?:to|for|that))?|verdict|conclusion|solution|entscheidung(?:en|sergebnis)?|beschluss|ergebnis der entscheidung|gewählte (?:option|lösung)|décisions?(?: (?:prise|retenue|finale))?|solution retenue|choix|decisión(?:es)?(?: (?:tomada|final))?|resultado de la decisión|decisão|decisões|resultado da decisão|decisione|besluit|beslissing|决策|决策结果|决定|决定结果|決策|決策結果|決定|決定事項|決定内容|決定結果|採用案|결정|결정 사항|решение|decyzja|quyết định)(?:\s*[(（/:–—-].*)?$/u,
  context:
    /^(?:context(?:s)?(?: (?:and|&) .*|\/.*)?|(?:the )?problem(?: statement)?(?:s)?|background|issue|motivation|introduction|summary|abstract|kontext(?: und .*)?|problemstellung|hintergrund|contexte(?: et .*)?|problème|problématique|contexto(?: (?:y|e) .*)?|contesto|背景|上下文|背景与问题(?:陈述)?|問題|问题|コンテキスト|背景と課題|課題|문맥|배경|컨텍스트|контекст|kontekst|bối cảnh)(?:\s*[(（/:].*)?$/u,
  consequences:
    /^(?:(?:positive |negative |neutral )?(?:consequences?|implications?|impacts?|ramifications|trade-?offs?|results?|effects?)(?: .*)?|resulting context|konsequenzen|auswirkungen|folgen|conséquences?|consecuencias?|consequências?|consequencias?|conseguenze|gevolgen|后果|影响|結果|影響|후果|결과|последствия|konsekwencje|hệ quả)(?:\s*[(（/:].*)?$/u,
  options:
    /^(?:(?:considered |possible |other )?(?:options?|alternatives?|positions?)(?: considered| rejected)?(?: .*)?|pros and cons of the (?:options|alternatives)|betrachtete (?:optionen|alternativen)|erwogene (?:optionen|alternativen)|alternativen|optionen|options? (?:envisagées?|considérées?)|alternatives? (?:envisagées?|considérées?|étudiées?)|opciones(?: consideradas)?|alternativas?(?: consideradas)?|opções(?: consideradas)?|opzioni(?: considerate)?|overwogen (?:opties|alternatieven)|备选方案|可选方案|考虑的(?:方案|选项)|候选方案|備選方案|検討した(?:選択肢|案)|選択肢|代替案|대안|고려한 (?:옵션|대안)|варианты|альтернативы|rozważane opcje)(?:\s*[(（/:].*)?$/u,
  reason:
    /^(?:(?:the )?(?:rationale|reasons?|reasoning|justification|argument(?:s)?|why|decision drivers?|drivers|forces)|begründung|gründe|warum|entscheidungstreiber|justification|raisons?|motifs?|pourquoi|justificación|razones|motivos?|justificativa|razões|motivazione|motivering|理由|原因|决策理由|決定理由|决策依据|判断理由|이유|근거|обоснование|uzasadnienie|lý do)(?:\s*[(（/:].*)?$/u,
  title: /^(?:(?:adr |decision )?title|titel|titre|título|titolo|标题|標題|タイトル|제목)$/u,
  links:
    /^(?:links?|related(?: (?:decisions?|adrs?|documents?|records?|work|links))?|relations?(?:hips)?|references?|see also|more information|notes?|history|supersession|metadata|verweise|liens|enlaces|referências|参考|関連|相关)(?:\s*[(（/:].*)?$/u,
} as const satisfies Readonly<Record<string, RegExp>>;

export type Label = keyof typeof labels;

export function isLabelled(text: string, label: Label): boolean {
  return labels[label].test(plainLabel(text));
}
