import type { Guard } from '../../agent/guard/guard.ts';

/** What rules such as `Agent(name)` leave of things with names: without the denied ones, those asked for named. */
export async function ruledBy<Named extends { readonly name: string }>(
  guard: Guard,
  tool: 'Agent' | 'Skill',
  all: readonly Named[],
): Promise<{ readonly left: readonly Named[]; readonly askFirst: ReadonlySet<string> }> {
  const left: Named[] = [];
  const askFirst = new Set<string>();
  for (const one of all) {
    const { decision, rule } = await guard.decide({ tool, effect: 'external', target: one.name });
    // Without a rule it is only the mode that speaks, and starting one of these does nothing by itself.
    if (rule !== undefined && decision === 'deny') continue;
    if (rule !== undefined && decision === 'ask') askFirst.add(one.name);
    left.push(one);
  }
  return { left, askFirst };
}
