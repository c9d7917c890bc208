import type { Overview } from '../model/overview.ts';

/** Current problems in words; empty if the pipeline is healthy. */
export function Troubles({ health: { gaps, troubles } }: { health: Overview['health'] }) {
  if (gaps.length === 0 && troubles.length === 0) return null;
  return (
    <section class="troubles" aria-labelledby="troubles">
      <h2 id="troubles">What needs attention</h2>
      <ul>
        {troubles.map(({ state, what, message }) => (
          <li key={`${what} ${message}`}>
            <span class="dot bad" />
            <span>
              <b>{what}</b>: {message} <span class="quiet">{goesOn[state]}</span>
            </span>
          </li>
        ))}
        {gaps.map((name) => (
          <li key={name}>
            <span class="dot filling" />
            <span>
              <b>metric {name}</b>: earlier events are still to be counted from the lake{' '}
              <span class="quiet">goes on by itself</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const goesOn = { trying: 'is tried again by itself', stopped: 'somebody has to do something' } as const;
