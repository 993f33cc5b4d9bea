import '~/app/styles';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { queries } from '~/app/queries';
import { router } from '~/app/router';
import { theme, variables } from '~/app/theme';
import { i18n, startTexts } from '~/i18n';

/** What is told before it is there waits in its store. */
const Messages = lazy(() => import('~/app/Messages'));

const scheme = localStorageColorSchemeManager({ key: 'kupets.scheme' });

async function start(): Promise<void> {
  const place = document.getElementById('root');
  if (!place) return;
  await startTexts();
  createRoot(place).render(
    <StrictMode>
      <I18nextProvider i18n={i18n}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={variables}
          colorSchemeManager={scheme}
          defaultColorScheme="auto"
        >
          <Suspense>
            <Messages />
          </Suspense>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </MantineProvider>
      </I18nextProvider>
    </StrictMode>,
  );
}

void start();
