import { useEffect, useRef } from "react";

interface Props {
  readonly title: string;
  readonly text: string;
  /** What the button that goes ahead says. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be undone. Escape and the way back change nothing; the way back has the focus. */
export function ConfirmDialog({ title, text, action, onConfirm, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onClose={onClose}>
      <h2 id="confirm-title">{title}</h2>
      <p>{text}</p>
      <form method="dialog" className="row end">
        <button type="submit">Keep it</button>
        <button type="submit" className="danger" onClick={onConfirm}>
          {action}
        </button>
      </form>
    </dialog>
  );
}
