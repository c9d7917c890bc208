import { useEffect, useState } from 'preact/hooks';
import { type Place, placeOf } from './model/location.ts';

/** The current state in the address. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const changed = () => setPlace(placeOf(location.hash));
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  useEffect(() => {
    if (place.theme === null) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = place.theme;
  }, [place.theme]);
  return place;
}
