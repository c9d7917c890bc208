import type { ComponentChildren } from 'preact';
import { FIRST_PAGE, hashOf, linkTo, type Place, pageAt } from './model/location.ts';
import { ownZone, timesIn } from './model/times.ts';
import { type PageProps, pages } from './pages.ts';
import { useOverview } from './use-overview.ts';
import { usePlace } from './use-place.ts';
import { Connection } from './views/connection.tsx';
import { Unserved } from './views/unserved.tsx';

interface AppProps {
  /** The pages whose routes the API has; null for all. */
  readonly served: readonly string[] | null;
  /** Who is signed in. */
  readonly account?: ComponentChildren;
  readonly notice?: ComponentChildren;
}

export function App({ served, account, notice }: AppProps) {
  const place = usePlace();
  const overview = useOverview();
  const times = timesIn(place.isUtc ? 'UTC' : ownZone());
  const isServed = (page: string) => served === null || served.includes(page);
  return (
    <>
      <header>
        <span class="brand">Weir</span>
        <nav aria-label="Pages">
          {pages
            .filter(({ name }) => isServed(name))
            .map(({ name, title }) => (
              <a key={name} href={linkTo(place, [name])} aria-current={name === place.page ? 'page' : undefined}>
                {title}
              </a>
            ))}
          {account === undefined && notice === undefined && <a href="/docs">API</a>}
        </nav>
        <Connection state={overview.state} times={times} />
        <Switches place={place} zone={ownZone()} />
        {account}
      </header>
      {notice}
      <main class={overview.state.status === 'stale' ? 'stale' : ''}>
        <Shown place={place} overview={overview} times={times} isServed={isServed} />
      </main>
    </>
  );
}

function Shown(props: PageProps) {
  const page = pageAt(pages, props.place);
  if (page !== undefined && !props.isServed(page.name)) return <Unserved title={page.title} />;
  // Another page starts with fresh state; a page compares its own parameters itself.
  if (page !== undefined) return <page.View key={page.name} {...props} />;
  return (
    <>
      <h1>There is no such page.</h1>
      <p>
        <a href={linkTo(props.place, [FIRST_PAGE])}>See the pipeline as it is now.</a>
      </p>
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
