import { NumberField } from '@base-ui/react/number-field';
import { useId } from 'react';

interface NumberStepperProps {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly fewer: string;
  readonly more: string;
  readonly onChange: (value: number) => void;
}

const STEP =
  'size-11 shrink-0 cursor-pointer bg-raised text-xl leading-none hover:bg-paper disabled:cursor-default disabled:opacity-50';

export function NumberStepper({ label, value, least, most, fewer, more, onChange }: NumberStepperProps) {
  const id = useId();
  return (
    <NumberField.Root
      id={id}
      value={value}
      min={least}
      max={most}
      onValueChange={(next) => next !== null && onChange(next)}
      className="grid gap-1"
    >
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <NumberField.Group className="flex w-fit overflow-hidden rounded-lg border border-line-strong">
        <NumberField.Decrement className={`${STEP} border-line border-r`} aria-label={fewer}>
          −
        </NumberField.Decrement>
        <NumberField.Input className="w-14 bg-raised text-center font-semibold text-lg tabular-nums" />
        <NumberField.Increment className={`${STEP} border-line border-l`} aria-label={more}>
          +
        </NumberField.Increment>
      </NumberField.Group>
    </NumberField.Root>
  );
}
