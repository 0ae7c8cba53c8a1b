import { BlockList, isIP } from 'node:net';

/** What is not the public internet, after IANA's special-purpose registries of IPv4 and IPv6 (2026-11). */
const ranges: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // The unspecified, loopback and IPv4-compatible addresses of IPv6.
  ['::', 96],
  // Addresses that carry an IPv4 address which they may lead to.
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
];

// Apart: a list takes every IPv4 address for one that `::ffff:0:0/96` covers (Node.js 24).
const special = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, prefix] of ranges) {
  const family = network.includes(':') ? 'ipv6' : 'ipv4';
  special[family].addSubnet(network, prefix, family);
}

/** Whether an address is this machine, its network or otherwise not public. What is no address is not public either. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return true;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  return special[family].check(address, family);
}
