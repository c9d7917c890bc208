import { describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../lambdas/generate/handler.ts';
import { scheduled } from '../../lambdas/generate/scheduled.ts';
import type { Generator } from '../../lib/generators/generator.ts';

const generator = (stream: string, everyMs: readonly [number, number]): Generator => ({
  stream,
  everyMs,
  generate: () => ({}),
});
const generators = [generator('quick', [100, 1000]), generator('slow', [600_000, 600_000])];

function setup(failing?: string) {
  const requests: GenerateRequest[] = [];
  const lines: Readonly<Record<string, unknown>>[] = [];
  let failure = failing;
  const handle = scheduled({
    generate: async (request) => {
      if (request.stream === failure) throw new Error('brokers are away');
      requests.push(request);
      return { sent: request.count };
    },
    generators,
    rate: 1,
    summary: (line) => void lines.push(line),
  });
  const recover = () => {
    failure = undefined;
  };
  return { handle, requests, lines, recover };
}

describe('a scheduled minute of example events', () => {
  it('has each stream’s own pace, and one event at least', async () => {
    const { handle, requests } = setup();
    await handle({ scheduledTime: '2026-01-31T10:00:00Z' });
    expect(requests).toEqual([
      { stream: 'quick', count: 109 },
      { stream: 'slow', count: 1 },
    ]);
  });

  it('delivered twice, is sent once', async () => {
    const { handle, requests, lines } = setup();
    await handle({ scheduledTime: '2026-01-31T10:00:00Z' });
    expect(await handle({ scheduledTime: '2026-01-31T10:00:00Z' })).toEqual({ sent: 0 });
    expect(requests.length).toBe(2);
    expect(lines.map(({ message }) => message)).toEqual(['generated', 'generated before']);
  });

  it('that failed may come again', async () => {
    const { handle, requests, lines, recover } = setup('quick');
    await expect(handle({ scheduledTime: '2026-01-31T10:00:00Z' })).rejects.toThrow('brokers are away');
    expect(lines[0]).toMatchObject({ level: 'ERROR', sent: 1 });
    recover();
    await handle({ scheduledTime: '2026-01-31T10:00:00Z' });
    expect(requests.map(({ stream }) => stream)).toEqual(['slow', 'quick', 'slow']);
  });
});
