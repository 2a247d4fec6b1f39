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

/** The browser keeps the focus inside; it comes back to where it was. */
export function Confirm({ title, verb, children, onConfirm, onCancel }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current!, before = document.activeElement as HTMLElement;
    element.showModal();
    return () => {
      element.close();
      before.focus();
    };
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

/** What had the focus is gone: it goes where a reader can begin again. */
export function focusMain(): void {
  document.getElementById("main")!.focus();
}
