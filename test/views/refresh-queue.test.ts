import { describe, expect, it, vi } from 'vitest';
import { REFRESH_DELAY_MS, RefreshQueue } from '../../src/views/tree/refresh-queue.ts';

describe('RefreshQueue', () => {
  it('makes one refresh of many requests', async () => {
    vi.useFakeTimers();
    const refresh = vi.fn(() => Promise.resolve());
    const queue = new RefreshQueue(refresh, () => {});
    for (let count = 0; count < 20; count += 1) queue.request();
    await vi.advanceTimersByTimeAsync(REFRESH_DELAY_MS);
    expect(refresh).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });

  it('never lets a reveal overlap a refresh', async () => {
    const order: string[] = [];
    const refresh = async (): Promise<void> => {
      order.push('refresh begins');
      await new Promise((resolve) => setImmediate(resolve));
      order.push('refresh ends');
    };
    const queue = new RefreshQueue(refresh, () => {});
    const both = [queue.flush(), queue.run(async () => void order.push('reveal')), queue.flush()];
    await Promise.all(both);
    expect(order).toEqual(['refresh begins', 'refresh ends', 'reveal', 'refresh begins', 'refresh ends']);
  });

  it('tells of a failure and goes on', async () => {
    const errors: unknown[] = [];
    const queue = new RefreshQueue(
      () => Promise.reject(new Error('disk')),
      (error) => errors.push(error),
    );
    await queue.flush();
    const after = vi.fn(() => Promise.resolve());
    await queue.run(after);
    expect(errors).toHaveLength(1);
    expect(after).toHaveBeenCalled();
  });

  it('does nothing any more once it ended', async () => {
    const refresh = vi.fn(() => Promise.resolve());
    const queue = new RefreshQueue(refresh, () => {});
    queue.dispose();
    await queue.flush();
    expect(refresh).not.toHaveBeenCalled();
  });
});
