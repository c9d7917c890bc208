import { expect, it } from 'vitest';
import { fileTrouble, systemCode } from '../../../lib/adapters/embedded/file-trouble.ts';

const failed = (code: unknown) => Object.assign(new Error('failed'), { code });

it('trouble with a file says what failed, where, why, and what to do; its cause goes with it', () => {
  const cause = failed('ENOSPC');
  const trouble = fileTrouble('write', '/data/lake/a', cause);
  expect(trouble.message).toBe('cannot write /data/lake/a: the disk is full: free some space (ENOSPC)');
  expect(trouble.cause).toBe(cause);
});

it('trouble that there is no advice for keeps its code, and an error without one its words', () => {
  expect(fileTrouble('list', '/data', failed('EWEIRD')).message).toBe('cannot list /data: the system refused (EWEIRD)');
  expect(fileTrouble('list', '/data', new Error('odd')).message).toBe('cannot list /data: Error: odd');
});

it('only errors of the operating system have a code', () => {
  expect([failed('EIO'), failed(7), new Error('x'), 'EIO', null].map(systemCode)).toEqual([
    'EIO',
    ...[undefined, undefined, undefined, undefined],
  ]);
});
