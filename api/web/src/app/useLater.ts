import { useDebouncedCallback } from '@mantine/hooks';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';

/**
 * Calls when the hand rests, unless the person has gone on to another page meanwhile: what was typed here must not call
 * them back while the next page is still loading.
 */
export function useLater<Args extends unknown[]>(callback: (...args: Args) => void, delay: number) {
  const router = useRouter();
  const [here] = useState(router.latestLocation.pathname);
  return useDebouncedCallback((...args: Args) => {
    if (router.latestLocation.pathname === here) callback(...args);
  }, delay);
}
