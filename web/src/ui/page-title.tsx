import { type ReactNode, useEffect, useRef } from 'react';
import { useNavigationType } from 'react-router';

interface PageTitleProps {
  /** For the window's title. */
  readonly text: string;
  /** Of a page that becomes another one under the same address. */
  readonly stage?: string;
  readonly children?: ReactNode;
}

let isFirstPage = true;

/** The page's heading. After a change of page or stage it takes the focus, so that the keyboard and the screen reader follow. */
export function PageTitle({ text, stage, children }: PageTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const stageBefore = useRef(stage);
  const cameBy = useNavigationType();
  useEffect(() => {
    document.title = `${text} · Onrush`;
  }, [text]);
  useEffect(() => {
    if (!isFirstPage && cameBy !== 'POP') heading.current?.focus();
    isFirstPage = false;
  }, [cameBy]);
  useEffect(() => {
    if (stageBefore.current !== undefined && stage !== stageBefore.current) heading.current?.focus();
    stageBefore.current = stage;
  }, [stage]);
  return (
    <h1 ref={heading} tabIndex={-1} className="font-bold text-2xl leading-tight sm:text-3xl">
      {children ?? text}
    </h1>
  );
}
