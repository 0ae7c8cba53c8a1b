import {
  fieldOf,
  type LooseObject,
  looseObject,
  objectField,
  objectsField,
  summaryText,
  textField,
} from '../loose-json.ts';
import type { PlanEntry } from '../transcript.ts';

type Step = PlanEntry['steps'][number];

/** What a call did to the list of steps. */
export type ListChange =
  | { readonly kind: 'set'; readonly steps: readonly (readonly [string, Step])[] }
  | { readonly kind: 'step'; readonly id: string; readonly step: Step }
  | { readonly kind: 'state'; readonly id: string; readonly state: Step['state'] | 'gone' };

/** Longer lists are cut off. */
const MOST_STEPS = 100;

/** What a result (`toolUseResult`) says of the list: of `TodoWrite`, or of `TaskCreate`, `TaskUpdate` and `TaskList`. */
export function listChangeOf(result: LooseObject | undefined): ListChange | undefined {
  if (result === undefined) return undefined;
  if (Array.isArray(fieldOf(result, 'newTodos'))) return { kind: 'set', steps: todoSteps(result) };
  if (Array.isArray(fieldOf(result, 'tasks'))) return { kind: 'set', steps: taskSteps(result) };
  const task = objectField(result, 'task');
  const made = idOf(fieldOf(task, 'id'));
  if (made !== undefined && textField(task, 'subject') !== undefined)
    return { kind: 'step', id: made, step: { text: stepText(task, 'subject'), state: 'open' } };
  const changed = idOf(fieldOf(result, 'taskId'));
  const to = textField(objectField(result, 'statusChange'), 'to');
  if (changed === undefined || to === undefined) return undefined;
  return { kind: 'state', id: changed, state: to === 'deleted' ? 'gone' : stateOf(to) };
}

function todoSteps(result: LooseObject): readonly (readonly [string, Step])[] {
  return objectsField(result, 'newTodos')
    .slice(0, MOST_STEPS)
    .map((todo, index) => [
      `${index}`,
      { text: stepText(todo, 'content'), state: stateOf(textField(todo, 'status')) },
    ]);
}

/** Undefined where it is a list of something else: tools of servers have results too. */
function taskSteps(result: LooseObject): readonly (readonly [string, Step])[] {
  return objectsField(result, 'tasks')
    .slice(0, MOST_STEPS)
    .flatMap((task): readonly (readonly [string, Step])[] => {
      const id = idOf(fieldOf(looseObject(task), 'id'));
      if (id === undefined || textField(task, 'subject') === undefined) return [];
      return [[id, { text: stepText(task, 'subject'), state: stateOf(textField(task, 'status')) }]];
    });
}

function stepText(object: LooseObject | undefined, field: string): string {
  return summaryText(textField(object, field) ?? '');
}

function stateOf(status: string | undefined): Step['state'] {
  if (status === 'completed') return 'done';
  return status === 'in_progress' ? 'active' : 'open';
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 100 ? value : undefined;
}

/** The list as it stands after each change. */
export class TaskList {
  #steps = new Map<string, Step>();

  /** The steps, where they changed. */
  change(change: ListChange): PlanEntry['steps'] | undefined {
    switch (change.kind) {
      case 'set':
        if (isSame(change.steps, [...this.#steps])) return undefined;
        this.#steps = new Map(change.steps);
        break;
      case 'step':
        if (this.#steps.size >= MOST_STEPS) return undefined;
        this.#steps.set(change.id, change.step);
        break;
      case 'state': {
        const step = this.#steps.get(change.id);
        if (step === undefined) return undefined;
        if (change.state === 'gone') this.#steps.delete(change.id);
        else this.#steps.set(change.id, { ...step, state: change.state });
      }
    }
    return [...this.#steps.values()];
  }
}

function isSame(
  some: readonly (readonly [string, Step])[],
  others: readonly (readonly [string, Step])[],
): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}
