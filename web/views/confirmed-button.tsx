import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface ConfirmedButtonProps {
  /** `Run the model…` */
  readonly label: string;
  /** What the second button does: `Run 3 models now`. */
  readonly confirmation: ComponentChildren;
  readonly isBusy: boolean;
  readonly act: () => void;
}

/** Outside of the component, so that the focus moves once, and not with every render. */
const focus = (element: HTMLElement | null) => element?.focus();

/** A button that acts only after a second one has been pressed, which has the focus. */
export function ConfirmedButton({ label, confirmation, isBusy, act }: ConfirmedButtonProps) {
  const [isAsking, setIsAsking] = useState(false);
  if (!isAsking || isBusy) {
    return (
      <div class="buttons">
        <button type="button" disabled={isBusy} onClick={() => setIsAsking(true)}>
          {label}
        </button>
      </div>
    );
  }
  const confirm = () => {
    setIsAsking(false);
    act();
  };
  return (
    <div class="buttons">
      <button type="button" class="does" ref={focus} onClick={confirm}>
        {confirmation}
      </button>
      <button type="button" onClick={() => setIsAsking(false)}>
        Cancel
      </button>
    </div>
  );
}
