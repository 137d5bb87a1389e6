import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { Confirm } from '../../../parts/confirm.tsx';

/**
 * Asks before a link or the browser takes the reader away from something unsaved.
 *
 * @param staysIn links that begin so do not lead away
 */
export function UnsavedGuard({ isDirty, staysIn }: { isDirty: boolean; staysIn: string }) {
  const [, navigate] = useLocation();
  const [wanted, setWanted] = useState<string | null>(null);
  useEffect(() => {
    if (!isDirty) {
      return undefined;
    }
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const leads = link !== null && link.target === '' && link.origin === window.location.origin;
      if (leads && !event.metaKey && !event.ctrlKey && !link.pathname.startsWith(staysIn)) {
        event.preventDefault();
        event.stopPropagation();
        setWanted(`${link.pathname}${link.search}`);
      }
    };
    window.addEventListener('beforeunload', onUnload);
    document.addEventListener('click', onClick, true);
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick, true);
    };
  }, [isDirty, staysIn]);
  return (
    <Confirm
      title="Leave without saving?"
      action="Leave"
      isOpen={wanted !== null}
      onClose={() => setWanted(null)}
      onConfirm={() => wanted !== null && navigate(wanted)}
    >
      What you have changed here has not been saved and will be lost.
    </Confirm>
  );
}
