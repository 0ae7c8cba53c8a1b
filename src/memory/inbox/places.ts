import { isAbsolute, join, relative, sep } from 'node:path';
import { memoryDirectory, type Project } from '../project/project.ts';
import { type DeliveryOptions, privateDelivery, repositoryDelivery } from '../record/delivery.ts';

/** Where the records of a project stand; the layout is the same in the repository and in private mode. */
export interface Places {
  readonly base: string;
  readonly memory: string;
  readonly archive: string;
  readonly evidence: string;
  /** Proposals that may stand beside the code: captured from the owner's own commits. */
  readonly proposed: string;
  /** Proposals from anywhere else: on this machine only, until a person accepts them. */
  readonly machineInbox: string;
  readonly index: string;
  /** Generated text that Claude Code and VS Code load; kept up to date where it exists. */
  readonly delivery: string;
  readonly deliveryOptions: DeliveryOptions;
}

export function placesOf(project: Project): Places {
  const base = memoryDirectory(project);
  return {
    base,
    memory: join(base, 'memory'),
    archive: join(base, 'archive'),
    evidence: join(base, 'evidence'),
    proposed: join(base, 'proposed'),
    machineInbox: join(project.stateDirectory, 'inbox'),
    index: join(base, 'memory', 'MEMORY.md'),
    delivery: join(project.root, '.claude', 'rules', 'varve.md'),
    deliveryOptions: project.isSetUp === 'private' ? privateDelivery(base) : repositoryDelivery,
  };
}

/** The same places in another worktree of the project, whose root is `to`; what stands in local state stays there. */
export function placesAt(places: Places, from: string, to: string): Places {
  const at = (path: string) => {
    const rest = relative(from, path);
    const isOutside = rest === '..' || rest.startsWith(`..${sep}`) || isAbsolute(rest);
    return isOutside ? path : join(to, rest);
  };
  return {
    base: at(places.base),
    memory: at(places.memory),
    archive: at(places.archive),
    evidence: at(places.evidence),
    proposed: at(places.proposed),
    machineInbox: at(places.machineInbox),
    index: at(places.index),
    delivery: at(places.delivery),
    deliveryOptions: places.deliveryOptions,
  };
}
