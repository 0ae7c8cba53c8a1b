import { lookup as resolveName } from 'node:dns/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { isPrivateAddress } from './private-address.ts';

/**
 * Last labels that are never public names: RFC 6761 (localhost, test, invalid), RFC 6762 with its appendix G (local,
 * corp, home, internal, intranet, lan, private), RFC 8375 (home.arpa), and localdomain of many routers.
 */
const privateEnds =
  /\.(localhost|local|localdomain|internal|intranet|private|corp|home|lan|test|invalid|home\.arpa)$/;
const longestLookupMs = 3_000;

/**
 * What can be known of a name that a proxy resolves, not this machine: whether it is private by its form, and whether
 * this machine finds a private address for it. A name that only the proxy knows counts as public.
 */
export async function isPrivateName(host: string): Promise<boolean> {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (!name.includes('.') || privateEnds.test(name)) return true;
  const known = await Promise.race([
    resolveName(name, { all: true }).catch(() => []),
    pause(longestLookupMs, [], { ref: false }),
  ]);
  return known.some(({ address }) => isPrivateAddress(address));
}
