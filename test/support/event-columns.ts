import type { MetricDefinition } from '../../lib/derive/metric-definitions.ts';
import type { AcceptedEvent } from '../../lib/pipeline/field-shapes.ts';
import { columnBuilder, type EventColumns } from '../../lib/pipeline/meter/event-columns.ts';

/** The columns of events that the contract's reader has read. */
export function eventColumns(events: readonly AcceptedEvent[], definition: MetricDefinition): EventColumns {
  const { columns, addEvent } = columnBuilder([definition], { fields: [] }, Buffer.alloc(0));
  for (const event of events) addEvent(event);
  return columns;
}
