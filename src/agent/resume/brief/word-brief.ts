import type { CappedParts } from '../../refine/capped-call.ts';
import type { BriefMaterial } from './brief-material.ts';
import { refineBrief } from './refine-brief.ts';
import { type Brief, writeBrief } from './write-brief.ts';

/** How a brief is wanted. */
export interface BriefWording {
  /** Estimated tokens at most. */
  readonly tokens?: number;
  /** A model puts it into better words, where the user allowed it. */
  readonly refine?: { readonly parts: CappedParts; readonly signal: AbortSignal };
}

/** The brief, and why it was not put into words by a model where that was asked for: then it is the one without. */
export async function wordBrief(
  material: BriefMaterial,
  { tokens, refine }: BriefWording,
): Promise<{ readonly brief: Brief; readonly problems: readonly string[] }> {
  const brief = writeBrief(material, tokens);
  if (refine === undefined) return { brief, problems: [] };
  const refined = await refineBrief(refine.parts, material, brief, refine.signal, tokens);
  return refined.ok ? { brief: refined.value, problems: [] } : { brief, problems: [refined.error.message] };
}
