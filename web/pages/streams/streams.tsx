import { linkTo } from '../../model/location.ts';
import type { PageProps } from '../../pages.ts';
import { Polled } from '../../views/polled.tsx';
import { RatesNote, StreamsTable } from '../../views/streams-table.tsx';
import { OneStream } from './one-stream.tsx';

/** Every stream; `#/streams/{stream}` shows one of them. */
export function Streams(props: PageProps) {
  const [stream] = props.place.path;
  if (stream !== undefined) return <OneStream key={stream} {...props} stream={stream} />;
  const { overview, place, times } = props;
  return (
    <>
      <h1>
        Streams <RatesNote />
      </h1>
      <Polled state={overview.state} times={times} what="streams">
        {({ streams }, nowMs) => (
          <StreamsTable
            {...{ streams, history: overview.history, times, nowMs }}
            hrefOf={(stream) => linkTo(place, ['streams', stream])}
          />
        )}
      </Polled>
    </>
  );
}
