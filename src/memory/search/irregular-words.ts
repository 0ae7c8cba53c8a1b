/** Porter's stems come from endings; these forms change inside. Form → the word it is a form of. */
const irregular: ReadonlyMap<string, string> = new Map(
  `began begun begin; bent bend; bitten bit bite; blew blown blow; broke broken break; brought bring; built build;
  bought buy; caught catch; chose chosen choose; came come; dealt deal; drew drawn draw; drank drunk drink;
  drove driven drive; ate eaten eat; fell fallen fall; fed feed; felt feel; fought fight; found find; flew flown fly;
  forgot forgotten forget; froze frozen freeze; gave given give; went gone go; grew grown grow; hung hang; heard hear;
  hid hidden hide; held hold; kept keep; knew known know; laid lay; led lead; left leave; lent lend; lost lose;
  made make; meant mean; met meet; paid pay; ran run; rode ridden ride; rang rung ring; rose risen rise; said say;
  saw seen see; sought seek; sold sell; sent send; shook shaken shake; shot shoot; shown show; sang sung sing; sat sit;
  slept sleep; spoke spoken speak; spent spend; stood stand; stole stolen steal; stuck stick; struck strike;
  swam swum swim; swore sworn swear; took taken take; taught teach; told tell; thought think; threw thrown throw;
  understood understand; woke woken wake; wore worn wear; won win; wrote written write; children child;
  feet foot; men man; mice mouse; people person; teeth tooth; women woman; indices index`
    .split(';')
    .flatMap((group) => {
      const forms = group.trim().split(/\s+/);
      const base = forms.at(-1) ?? '';
      return forms.slice(0, -1).map((form): [string, string] => [form, base]);
    }),
);

/** The word that an irregular form belongs to; the word itself otherwise. */
export function baseForm(word: string): string {
  return irregular.get(word) ?? word;
}
