import type { RetentionLimits } from '../agent/housekeeping/sweep.ts';
import type { Settings } from '../memory/project/settings.ts';

export function retentionLimits({ retentionDays, stateQuotaMb }: Settings): RetentionLimits {
  return { retentionDays, quotaBytes: stateQuotaMb * 1024 * 1024 };
}
