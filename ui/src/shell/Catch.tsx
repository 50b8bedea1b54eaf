import type { ReactNode } from "react";
import { Component } from "react";
import { toFailure } from "../host/failure";
import { Failed } from "../parts/Failed";

interface CatchState {
  thrown: unknown;
  failed: boolean;
}

/** Keeps a screen that breaks from taking the window with it. React still has no function for this. */
export class Catch extends Component<{ children: ReactNode }, CatchState> {
  override state: CatchState = { thrown: null, failed: false };

  static getDerivedStateFromError(thrown: unknown): CatchState {
    return { thrown, failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Failed
        failure={toFailure(this.state.thrown)}
        onRetry={() => this.setState({ thrown: null, failed: false })}
      />
    );
  }
}
