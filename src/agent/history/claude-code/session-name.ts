/** Sessions are named with a UUID, those of subagents in another way. */
export function isOfSubagent(id: string): boolean {
  return !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}
