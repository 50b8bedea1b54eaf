import { useNavigate } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";
import { useRef, useState } from "react";
import type { ProductRow } from "../../bindings/app";
import { LeaveForm } from "../../forms/LeaveForm";
import { call } from "../../host/call";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Kbd } from "../../parts/Kbd";
import { SearchBox } from "../../parts/SearchBox";
import { offerUndo } from "../../parts/UndoToast";
import { useRead } from "../../query/use";
import { useCaps, useKeys } from "../../shell/hotkeys";
import { writeKey } from "../../shell/keys";
import { later } from "../../shell/later";
import type { Scan } from "../../shell/scanner";
import { useScans } from "../../shell/scanner";
import { useBoxFocus } from "./boxFocus";
import { useComposed } from "./composed";
import type { Attached, Draft } from "./draft";
import { addProduct, emptyDraft, withApproval, withCoupon, withCustomer } from "./draft";
import { EmptyCard } from "./EmptyCard";
import { useFound } from "./found";
import { useMemberPrices } from "./memberPrices";
import { HitList, hitsId, recentsId, rowId } from "./HitList";
import type { Held, Kept } from "./kept";
import { putAside, takenBack } from "./kept";
import type { Paid } from "./ReceiptStep";
import { SalePane } from "./SalePane";
import type { Payment } from "./selling";
import { useSelling } from "./selling";
import type { Typed } from "./typed";
import { readTyped } from "./typed";

const CustomerCard = later(async () => (await import("./CustomerCard")).CustomerCard);
const HeldList = later(async () => (await import("./HeldList")).HeldList);
const NewCustomer = later(async () => (await import("./NewCustomer")).NewCustomer);
const ReceiptStep = later(async () => (await import("./ReceiptStep")).ReceiptStep);
const TenderStep = later(async () => (await import("./TenderStep")).TenderStep);

type Step = { at: "lines" } | { at: "tender" } | { at: "held" } | { at: "receipt"; paid: Paid };
const writing: Step = { at: "lines" };

interface CounterProps {
  kept: Kept;
  unsaved: boolean;
  change: (next: (kept: Kept) => Kept) => void;
}

/** Search, customer, sale: Enter, F9, Enter. */
export function Counter({ kept, unsaved, change }: CounterProps) {
  const t = useWords();
  const navigate = useNavigate();
  const box = useRef<HTMLInputElement>(null);
  const items = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [creating, setCreating] = useState<Typed | null>(null);
  const [step, setStep] = useState<Step>(writing);
  const [detaching, setDetaching] = useState(false);
  /** In a narrow window the results lie over the card while somebody searches. */
  const [searching, setSearching] = useState(false);
  const { held } = kept;
  const draft = useMemberPrices(kept.draft);
  const found = useFound(useComposed(box, text));
  const { rest } = useBoxFocus(box, creating === null && (step.at === "lines" || step.at === "held"));
  const served = step.at === "receipt" ? step.paid.customer : null;
  const shown = found.chosen ?? draft.customer?.id ?? served;

  const selling = useSelling(draft);
  const { quote, sell } = selling;
  const balance = useRead(
    "customer.show",
    { id: draft.customer?.id ?? "" },
    { enabled: draft.customer !== null },
  ).data?.points;

  const setDraft = (next: (draft: Draft) => Draft) => {
    setDetaching(false);
    change((now) => ({ ...now, draft: next(now.draft) }));
  };
  const attach = (customer: Attached) => {
    setDraft((now) => withCustomer(now, customer));
    setCreating(null);
    setSearching(false);
    // The next letter begins a new search.
    box.current?.focus();
    box.current?.select();
  };
  const detach = () => {
    const { customer, coupon, approval } = kept.draft;
    if (customer === null) return;
    setDraft((now) => withCustomer(now, null));
    offerUndo(t("counter:sale.detached", { name: customer.name }), () =>
      setDraft((now) =>
        withApproval(withCoupon(withCustomer(now, customer), coupon ?? null), approval ?? null),
      ),
    );
  };
  const search = (next: string) => {
    setText(next);
    setCreating(null);
    setSearching(true);
  };
  const clear = () => {
    setText("");
    found.clear();
    setSearching(false);
  };
  const create = () => setCreating(readTyped(text));
  const open = (id: string) => void navigate({ to: `/customers/${id}` });
  const attachMeant = async () => {
    const customer = await found.meant();
    if (customer !== null) attach(customer);
  };
  const escape = () => {
    if (text !== "" || found.chosen !== null) {
      clear();
      box.current?.focus();
    } else if (document.activeElement === box.current) rest();
    else if (draft.customer === null) rest();
    else if (draft.lines.length > 0 && !detaching) setDetaching(true);
    else detach();
  };
  const hold = (approval?: string) => {
    if (draft.lines.length === 0) return;
    const one = putAside(approval === undefined ? kept.draft : withApproval(kept.draft, approval));
    change((now) => ({ ...now, draft: emptyDraft, held: [...now.held, one] }));
    sell.reset();
    setStep(writing);
    clear();
    offerUndo(t(approval === undefined ? "counter:held.done" : "counter:leave.held"), () => take(one));
  };
  const take = (one: Held) => {
    change((now) => takenBack(now, one));
    setStep(writing);
  };
  const drop = (one: Held) => {
    change((now) => ({ ...now, held: now.held.filter((other) => other.id !== one.id) }));
    offerUndo(t("counter:held.dropped"), () => change((now) => ({ ...now, held: [...now.held, one] })));
  };
  const paid = (payment: Payment, given: number) => {
    const { customer } = selling;
    selling.pay(payment, (sale) => {
      change((now) => ({ ...now, draft: emptyDraft, tender: payment.kind }));
      setStep({ at: "receipt", paid: { id: sale.id, change: given, customer } });
    });
  };
  const next = () => {
    setStep(writing);
    clear();
  };
  const back = () => {
    sell.reset();
    setStep(writing);
  };

  /** The scan is known: its characters leave the field, and a sale that was being paid is written again. */
  const takeScan = (scan: Scan) => {
    scan.restore();
    if (scan.field === box.current) box.current?.select();
    if (step.at === "receipt") next();
    else back();
  };
  const scanned = async (scan: Scan) => {
    const product: ProductRow | null = await call("product.by_code", { code: scan.code });
    if (product !== null) {
      takeScan(scan);
      setDraft((now) => addProduct(now, product, crypto.randomUUID()));
      return;
    }
    const { hits } = await call("customer.search", { text: scan.code, limit: 5 });
    const member = hits.find((hit) => hit.contact_field === "member_no" && hit.contact === scan.code);
    if (member !== undefined) {
      takeScan(scan);
      attach({ id: member.id, name: member.name });
      return;
    }
    if (scan.field === null) search(scan.code);
    scan.passOn();
  };
  useScans((scan) => {
    scanned(scan).catch(() => scan.passOn());
  });

  useCaps(step.at === "lines" ? ["counter.choose", "counter.attach"] : []);
  useKeys(
    {
      "counter.clear": escape,
      "counter.create": create,
      "counter.file": () => {
        if (shown !== null) open(shown);
      },
    },
    { enabled: step.at === "lines" },
  );
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "Enter") void attachMeant();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      found.move(event.key === "ArrowDown" ? 1 : -1);
      setCreating(null);
      setSearching(true);
    } else return;
    event.preventDefault();
  };

  return (
    <div className="counter" data-testid="counter">
      <section className="left" aria-label={t("counter:customers")}>
        <div className="findbar">
          <SearchBox
            field={box}
            value={text}
            onChange={search}
            onKeyDown={pressed}
            label={t("counter:search")}
            placeholder={t("counter:search_hint")}
            large
            controls={`${hitsId} ${recentsId}`}
            expanded={found.hits.length + found.recents.length > 0}
            activeDescendant={found.chosen === null ? undefined : rowId(found.chosen)}
          >
            {text === "" ? (
              <Kbd>/</Kbd>
            ) : (
              <>
                <span className="t3 nw found" aria-live="polite">
                  {found.text !== "" &&
                    found.current &&
                    t(found.more ? "counter:found_more" : "counter:found", {
                      count: found.hits.length,
                      figure: count(found.hits.length),
                    })}
                </span>
                <button type="button" className="bare t3 sm nw" onClick={clear} tabIndex={-1}>
                  <Kbd>{writeKey("counter.clear")}</Kbd> {t("counter:clear")}
                </button>
              </>
            )}
          </SearchBox>
        </div>
        <div
          className="two"
          data-searching={searching || (shown === null && creating === null)}
          data-idle={text === "" && shown === null && creating === null}
        >
          <HitList
            found={found}
            shown={creating === null ? shown : null}
            onCreate={create}
            onChoose={(id) => {
              found.choose(id);
              setCreating(null);
              setSearching(false);
            }}
          />
          {creating !== null ? (
            <NewCustomer
              key={`${creating.name} ${creating.phone}`}
              typed={creating}
              onDone={(customer) => {
                clear();
                attach(customer);
              }}
              onTake={attach}
              onCancel={() => setCreating(null)}
            />
          ) : shown === null ? (
            <EmptyCard onCreate={create} />
          ) : (
            <CustomerCard
              id={shown}
              quote={shown === draft.customer?.id && selling.current ? quote : null}
              attached={shown === draft.customer?.id || shown === served}
              onAttach={attach}
              onOpen={open}
            />
          )}
        </div>
      </section>
      <aside className="sale" aria-label={t("counter:sale.title")} data-testid="sale">
        {step.at === "lines" && (
          <SalePane
            draft={draft}
            quote={quote}
            due={selling.due}
            quoteFailure={selling.failure}
            held={held}
            unsaved={unsaved}
            detaching={detaching}
            items={items}
            onDraft={setDraft}
            onDetach={detach}
            onHold={hold}
            onTake={take}
            onHeld={() => setStep({ at: "held" })}
            onPay={() => setStep({ at: "tender" })}
            onLeaveItems={() => box.current?.focus()}
          />
        )}
        {step.at === "tender" && (
          <TenderStep
            due={selling.due}
            purse={quote === null || balance === undefined ? null : { balance, worth: quote.worth_of_100 }}
            last={kept.tender}
            pending={sell.pending || !selling.settled}
            failure={sell.failure}
            onPaid={paid}
            onBack={back}
          />
        )}
        {step.at === "held" && <HeldList held={held} onTake={take} onDrop={drop} onBack={back} />}
        {step.at === "receipt" && <ReceiptStep paid={step.paid} onNext={next} />}
        {sell.asking !== null && (
          <LeaveForm
            asking={sell.asking}
            customer={selling.customer}
            {...(sell.asking.needed.matter === "discount" ? { onSent: hold } : {})}
          />
        )}
      </aside>
    </div>
  );
}
