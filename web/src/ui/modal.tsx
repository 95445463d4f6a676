import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, useLayoutEffect } from 'react';

interface ModalProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly explanation: string;
  readonly children: ReactNode;
}

export function Modal({ isOpen, onClose, title, explanation, children }: ModalProps) {
  useOutOfReach(isOpen);
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 bg-black/50" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 grid max-h-[90dvh] w-[min(92vw,28rem)] -translate-x-1/2 -translate-y-1/2 gap-4 overflow-y-auto rounded-2xl border border-line bg-raised p-6 text-ink shadow-2xl">
          <Dialog.Title className="font-bold text-xl">{title}</Dialog.Title>
          <Dialog.Description className="text-ink-muted">{explanation}</Dialog.Description>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/**
 * Nothing behind an open dialog can be reached: guards at its ends alone lose the race against a quick Tab key. What is
 * announced is still heard.
 */
function useOutOfReach(isOpen: boolean): void {
  useLayoutEffect(() => {
    if (!isOpen) return;
    const parts = [...document.querySelectorAll<HTMLElement>('#root > * > :not([aria-live])')];
    for (const part of parts) part.inert = true;
    return () => {
      for (const part of parts) part.inert = false;
    };
  }, [isOpen]);
}
