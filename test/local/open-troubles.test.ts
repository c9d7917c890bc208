import { describe, expect, it } from 'vitest';
import { openTroubles } from '../../lib/local/open-troubles.ts';
import { troubleReport } from '../../lib/local/trouble-report.ts';
import { PermanentError } from '../../lib/pipeline/permanent-error.ts';

describe('open troubles', () => {
  const open = openTroubles();
  const report = troubleReport(open.add);

  it('are those that are not over', () => {
    report.failed('topic orders: offsets 0 to 5', new Error('no disk'));
    expect(open.list()).toEqual([{ state: 'trying', what: 'topic orders: offsets 0 to 5', message: 'no disk' }]);
    report.succeeded();
    expect(open.list()).toEqual([]);
  });

  it('are one for each report, however often what fails changes', () => {
    const other = troubleReport(open.add);
    other.failed('topic returns', new Error('no disk'));
    report.failed('topic orders: offsets 0 to 5', new Error('no disk'));
    report.failed('topic orders: offsets 5 to 9', new Error('no network'));
    report.failed('topic orders: offsets 5 to 9', new PermanentError('another topic'));
    expect(open.list()).toEqual([
      { state: 'trying', what: 'topic returns', message: 'no disk' },
      { state: 'stopped', what: 'topic orders: offsets 5 to 9', message: 'another topic' },
    ]);
    report.succeeded();
    other.succeeded();
    expect(open.list()).toEqual([]);
  });
});
