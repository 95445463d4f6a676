interface RemoveButtonProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
}

export function RemoveButton({ label, onClick, disabled = false }: RemoveButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
      className="grid size-8 cursor-pointer place-items-center rounded-md text-ink-muted hover:bg-paper hover:text-ink disabled:opacity-50"
    >
      <span aria-hidden="true">✕</span>
    </button>
  );
}
