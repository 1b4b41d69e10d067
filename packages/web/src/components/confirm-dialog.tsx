import { useEffect, useRef } from "react";

interface Props {
  readonly title: string;
  readonly text: string;
  /** What the button that goes ahead says. */
  readonly action: string;
  /** What the way back says. */
  readonly keep?: string;
  readonly tone?: "danger" | "primary";
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be undone. Escape and the way back change nothing; the way back has the focus. */
export function ConfirmDialog(props: Props) {
  const { title, text, action, keep = "Keep it", tone = "danger", onConfirm, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onClose={onClose}>
      <h2 id="confirm-title">{title}</h2>
      <p>{text}</p>
      <form method="dialog" className="row end">
        <button type="submit">{keep}</button>
        <button type="submit" className={tone} onClick={onConfirm}>
          {action}
        </button>
      </form>
    </dialog>
  );
}
