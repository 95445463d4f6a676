import { useId } from 'react';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly isInvalid?: boolean;
  readonly maxLength?: number;
  readonly type?: 'text' | 'email';
  readonly autoComplete?: string;
}

export function TextField({
  label,
  value,
  onChange,
  hint,
  isInvalid = false,
  maxLength,
  type = 'text',
  autoComplete,
}: TextFieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <input
        id={id}
        value={value}
        type={type}
        autoComplete={autoComplete}
        maxLength={maxLength}
        aria-invalid={isInvalid}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.value)}
        className="min-h-11 w-full min-w-0 rounded-lg border border-line-strong bg-raised px-3 text-ink aria-invalid:border-bad-ink"
      />
      {hint && (
        <p id={`${id}-hint`} className={`text-sm ${isInvalid ? 'text-bad-ink' : 'text-ink-muted'}`}>
          {hint}
        </p>
      )}
    </div>
  );
}
