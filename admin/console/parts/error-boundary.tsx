import { Component, type ReactNode } from 'react';
import { ErrorPanel } from './error-panel.tsx';

type State = { error: Error | null };

/** Keeps the navigation there when a page fails. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    // Most failures here are a part of an older version that is no longer there; a reload fetches the new one.
    return error === null ? (
      this.props.children
    ) : (
      <ErrorPanel error={error} onRetry={() => window.location.reload()} />
    );
  }
}
