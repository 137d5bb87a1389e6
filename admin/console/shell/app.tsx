import { Center, Loader } from '@mantine/core';
import { type ComponentType, lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { ErrorPanel } from '../parts/error-panel.tsx';
import { Layout } from './layout.tsx';
import { NotFound } from './not-found.tsx';
import { SessionContext, useSessionQuery } from './session.ts';
import { SignIn } from './sign-in.tsx';

/** Each page is a file of its own, loaded when it is first opened. */
const PAGES: ReadonlyArray<readonly [path: string, page: ComponentType]> = [
  ['/live', lazy(() => import('../pages/live/page.tsx'))],
  ['/campaigns/*?', lazy(() => import('../pages/campaigns/page.tsx'))],
  ['/report', lazy(() => import('../pages/report/page.tsx'))],
  ['/attribution', lazy(() => import('../pages/attribution/page.tsx'))],
  ['/discover', lazy(() => import('../pages/discover/page.tsx'))],
  ['/fraud/*?', lazy(() => import('../pages/fraud/page.tsx'))],
  ['/conversions', lazy(() => import('../pages/conversions/page.tsx'))],
  ['/settings/*?', lazy(() => import('../pages/settings/page.tsx'))],
];

/** Decides what is shown: the sign-in, or the page that the address names. */
export function App() {
  const session = useSessionQuery();
  if (session.isPending) {
    return <Waiting />;
  }
  if (session.isError) {
    return (
      <Center mih="100vh" p="md">
        <ErrorPanel error={session.error} onRetry={() => void session.refetch()} />
      </Center>
    );
  }
  if (session.data === null) {
    return <SignIn />;
  }
  return (
    <SessionContext value={session.data}>
      <Layout>
        <ErrorBoundary>
          <Suspense fallback={<Waiting />}>
            <Switch>
              <Route path="/">
                <Redirect to="/live" replace />
              </Route>
              <Route path="/sign-in">
                <Redirect to="/live" replace />
              </Route>
              {PAGES.map(([path, page]) => (
                <Route key={path} path={path} component={page} />
              ))}
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </ErrorBoundary>
      </Layout>
    </SessionContext>
  );
}

function Waiting() {
  return (
    <Center mih="50vh">
      <Loader type="dots" role="status" aria-label="Loading" />
    </Center>
  );
}
