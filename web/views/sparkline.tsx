import { KEPT_SAMPLES } from '../model/history.ts';

const WIDTH = 120;
const HEIGHT = 20;

/** A line of the numbers in the table cell next to it, newest on the right. */
export function Sparkline({ points }: { readonly points: readonly (number | null)[] }) {
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path(points)} />
    </svg>
  );
}

/** Null values leave gaps. */
function path(points: readonly (number | null)[]): string {
  const greatest = Math.max(...points.map((point) => point ?? 0), 0);
  const step = WIDTH / (KEPT_SAMPLES - 2);
  let isDrawing = false;
  return points
    .map((point, index) => {
      if (point === null) {
        isDrawing = false;
        return '';
      }
      const x = WIDTH - (points.length - 1 - index) * step;
      const y = greatest === 0 ? HEIGHT - 1 : HEIGHT - 1 - (point / greatest) * (HEIGHT - 2);
      const command = `${isDrawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      isDrawing = true;
      return command;
    })
    .join('');
}
