import { hashOf, type Page, type Place, pages } from './model/location.ts';
import { ownZone, timesIn } from './model/times.ts';
import { useOverview } from './use-overview.ts';
import { usePlace } from './use-place.ts';
import { Connection } from './views/connection.tsx';
import { Now } from './views/now.tsx';

const titles: Readonly<Record<Page, string>> = { now: 'Now' };

export function App() {
  const place = usePlace();
  const { state, history } = useOverview();
  const shown = place ?? { page: 'now', theme: null, isUtc: false };
  const times = timesIn(shown.isUtc ? 'UTC' : ownZone());
  return (
    <>
      <header>
        <span class="brand">Weir</span>
        <nav aria-label="Pages">
          {pages.map((page) => (
            <a key={page} href={hashOf({ ...shown, page })} aria-current={place?.page === page ? 'page' : undefined}>
              {titles[page]}
            </a>
          ))}
          <a href="/docs">API</a>
        </nav>
        <Connection state={state} times={times} />
        <Switches place={shown} zone={ownZone()} />
      </header>
      <main class={state.status === 'stale' ? 'stale' : ''}>
        {place === undefined ? (
          <>
            <h1>There is no such page.</h1>
            <p>
              <a href="#/now">See the pipeline as it is now.</a>
            </p>
          </>
        ) : (
          <Now state={state} history={history} times={times} />
        )}
      </main>
    </>
  );
}

function Switches({ place, zone }: { place: Place; zone: string }) {
  const themes = [null, 'light', 'dark'] as const;
  return (
    <div class="switches">
      <ul class="switch" aria-label="Times">
        <Choice place={{ ...place, isUtc: true }} isChosen={place.isUtc} label="UTC" />
        <Choice
          place={{ ...place, isUtc: false }}
          isChosen={!place.isUtc}
          label={zone === 'UTC' ? 'local (UTC)' : zone}
        />
      </ul>
      <ul class="switch" aria-label="Theme">
        {themes.map((theme) => (
          <Choice key={theme} place={{ ...place, theme }} isChosen={place.theme === theme} label={theme ?? 'auto'} />
        ))}
      </ul>
    </div>
  );
}

function Choice({ place, isChosen, label }: { place: Place; isChosen: boolean; label: string }) {
  return (
    <li>
      <a href={hashOf(place)} aria-current={isChosen ? 'true' : undefined}>
        {label}
      </a>
    </li>
  );
}
