import { useState } from "react";
import type { Consent } from "../bindings/app";
import type { Matter } from "../bindings/nouns";
import type { Reply, Request } from "../host/call";
import type { Failure } from "../host/failure";
import { count } from "../i18n/figures";
import { useFormat } from "../i18n/format";
import { useWords } from "../i18n/words";
import { useAct } from "../query/use";

/** The commands that somebody's leave may be asked for. */
type Limited = "sale.add" | "points.adjust" | "reward.redeem" | "sale.refund";

/** What goes beyond a limit, and how far one may go alone. */
export interface Needed {
  matter: Matter;
  amount: number;
  allowed: number;
}

const matters = ["discount", "goodwill", "redemption", "refund"] as const;

/** Reads a refusal for a limit's sake; any other is `null`. */
export function neededBy(refusal: Pick<Failure, "code" | "params"> | null): Needed | null {
  if (refusal?.code !== "approval.needed") return null;
  const { matter, amount, allowed } = refusal.params;
  const known = matters.find((one) => one === matter);
  if (known === undefined || typeof amount !== "number") return null;
  return { matter: known, amount, allowed: typeof allowed === "number" ? allowed : 0 };
}

/** 让价 ¥201，超过你的 ¥200: in money, or in points. */
export function useOverWords(): (needed: Needed) => string {
  const t = useWords();
  const amount = useAmountWords();
  return ({ matter, amount: over, allowed }) =>
    t(`counter:leave.over.${matter}`, { amount: amount(matter, over), allowed: amount(matter, allowed) });
}

export function useAmountWords(): (matter: string, amount: number) => string {
  const t = useWords();
  const format = useFormat();
  return (matter, amount) =>
    matter === "discount" || matter === "refund"
      ? format.price(amount, { headline: true })
      : t("counter:leave.points", { figure: count(amount), count: amount });
}

/** A question for leave that stands, and the ways to go on. */
export interface Asking {
  needed: Needed;
  /** Why the leave that was given did not do. */
  failure: Failure | null;
  pending: boolean;
  give: (consent: Consent) => void;
  drop: () => void;
}

interface Limitable<N extends Limited> {
  run: (request: Request<N>, onDone: (reply: Reply<N>) => void) => void;
  pending: boolean;
  /** Any refusal but the question for leave. */
  failure: Failure | null;
  asking: Asking | null;
  reset: () => void;
}

/** A changing command that may need leave: where it does, the question stands until it is answered or dropped. */
export function useLimited<N extends Limited>(name: N): Limitable<N> {
  const act = useAct(name);
  const [asked, setAsked] = useState<{
    request: Request<N>;
    needed: Needed;
    onDone: (reply: Reply<N>) => void;
    tried: boolean;
  } | null>(null);
  const run = (request: Request<N>, onDone: (reply: Reply<N>) => void, tried = false) => {
    act.mutate(request, {
      onSuccess: (reply) => {
        setAsked(null);
        onDone(reply);
      },
      onError: (failure) => {
        const needed = neededBy(failure);
        if (needed !== null) setAsked({ request, needed, onDone, tried });
      },
    });
  };
  const reset = () => {
    setAsked(null);
    act.reset();
  };
  return {
    run: (request, onDone) => run(request, onDone),
    pending: act.isPending,
    failure: asked === null && neededBy(act.error) === null ? act.error : null,
    asking:
      asked === null
        ? null
        : {
            needed: asked.needed,
            failure: asked.tried || neededBy(act.error) === null ? act.error : null,
            pending: act.isPending,
            give: (consent) => run({ ...asked.request, consent }, asked.onDone, true),
            drop: reset,
          },
    reset,
  };
}
