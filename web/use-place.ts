import { useEffect, useState } from 'preact/hooks';
import { type Place, placeOf } from './model/location.ts';

/** What the address says now; undefined for a page that does not exist. */
export function usePlace(): Place | undefined {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const changed = () => setPlace(placeOf(location.hash));
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  const theme = place?.theme ?? null;
  useEffect(() => {
    if (theme === null) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  return place;
}
