/** Asks before something is gone. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface ConfirmProps {
  title: string;
  /** What is done: a verb and a noun. */
  verb: string;
  children: ComponentChildren;
  onConfirm(): void;
  onCancel(): void;
}

/** The browser keeps the focus inside, and gives it back. */
export function Confirm({ title, verb, children, onConfirm, onCancel }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current!.showModal();
    return () => dialog.current?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onCancel={onCancel}>
      <h2 id="confirm-title">{title}</h2>
      {children}
      <div class="actions">
        <button type="button" onClick={onCancel}>Cancel</button>
        <button type="button" class="danger" onClick={onConfirm}>{verb}</button>
      </div>
    </dialog>
  );
}
