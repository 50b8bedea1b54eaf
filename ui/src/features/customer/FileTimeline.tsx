import { Button } from "antd";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useMemo, useState } from "react";
import type { Timeline as Page, TimelineEntry as Entry } from "../../bindings/app";
import { call } from "../../host/call";
import type { Failure } from "../../host/failure";
import type { Format } from "../../i18n/format";
import { useFormat } from "../../i18n/format";
import { count } from "../../i18n/figures";
import type { Words } from "../../i18n/words";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Chips } from "../../parts/Chip";
import { EmptyState } from "../../parts/EmptyState";
import { Failed } from "../../parts/Failed";
import { entryKind } from "../../parts/kinds";
import { WaitingMark } from "../../parts/States";
import type { TimelineEntry, TimelineMonth } from "../../parts/Timeline";
import { Timeline } from "../../parts/Timeline";
import { reads, tagsOf } from "../../query/tags";
import { useKeys } from "../../shell/hotkeys";
import { pointKindWord } from "./pointKinds";

export const filters = ["all", "sale", "interaction", "task", "points"] as const;
export type Filter = (typeof filters)[number];

interface FileTimelineProps {
  id: string;
  onReceipt: (sale: string) => void;
  /** The box in which something is written down, between the chips and the list. */
  children: ReactNode;
}

const pageSize = 60;

function useTimeline(id: string, filter: Filter) {
  const kinds = filter === "all" ? {} : { kinds: [filter] };
  return useInfiniteQuery<Page, Failure, { pages: Page[] }, readonly [string, string, Filter], string | null>(
    {
      queryKey: ["customer.timeline", id, filter],
      queryFn: ({ pageParam }) =>
        call("customer.timeline", {
          id,
          limit: pageSize,
          ...kinds,
          ...(pageParam === null ? {} : { before: pageParam }),
        }),
      initialPageParam: null,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
      meta: { tags: tagsOf(reads["customer.timeline"], { id }) },
    },
  );
}

/** 得 268 分: points come with a number, not always with a sentence. */
function titleOf(entry: Entry, t: Words): string {
  if (entry.title !== "") return entry.title;
  if (entry.points !== null) {
    const figure = count(Math.abs(entry.points));
    return t(entry.points < 0 ? "customer:points.spent" : "customer:points.earned", {
      figure,
      count: entry.points,
    });
  }
  return t(entryKind(entry.kind).word);
}

function figureOf(entry: Entry, t: Words, format: Format): ReactNode {
  if (entry.amount !== null) return format.price(entry.amount);
  if (entry.points === null) return undefined;
  const sign = entry.points > 0 ? "+" : "";
  // Taking part earns coins, never points.
  if (entry.detail === "activity") {
    return t("counter:redeem.coins", { figure: sign + count(entry.points), count: entry.points });
  }
  return t("customer:points.figure", { figure: sign + count(entry.points), count: entry.points });
}

function drawn(entry: Entry, t: Words, format: Format, onReceipt: (sale: string) => void): TimelineEntry {
  const kind = entryKind(entry.kind);
  const title = titleOf(entry, t);
  const sold = entry.kind === "sale" || entry.kind === "refund";
  const figure = figureOf(entry, t, format);
  return {
    id: entry.id,
    icon: kind.icon,
    kind: t(kind.word),
    title: sold ? (
      <button type="button" className="bare receiptlink" onClick={() => onReceipt(entry.id)}>
        {title}
      </button>
    ) : (
      title
    ),
    ...(figure === undefined ? {} : { figure }),
    ...(entry.detail === null
      ? {}
      : { text: entry.kind === "points" ? pointKindWord(entry.detail, t) : entry.detail }),
    facts: [
      format.dayAndTime(new Date(entry.at)),
      entry.person,
      entry.store,
      entry.waiting && <WaitingMark key="waiting" />,
    ],
  };
}

/** Entries in their order, cut where the month changes. */
export function byMonth(
  entries: readonly Entry[],
  month: (at: Date) => string,
): { title: string; entries: Entry[] }[] {
  const months: { title: string; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const title = month(new Date(entry.at));
    const last = months.at(-1);
    if (last?.title === title) last.entries.push(entry);
    else months.push({ title, entries: [entry] });
  }
  return months;
}

/** Everything that happened, newest first; one kind at a time if wanted. */
export function FileTimeline({ id, onReceipt, children }: FileTimelineProps) {
  const t = useWords();
  const format = useFormat();
  const [filter, setFilter] = useState<Filter>("all");
  const timeline = useTimeline(id, filter);
  useKeys({
    "customer.kind": (event) => {
      const chosen = filters[Number(event.key) - 1];
      if (chosen !== undefined) setFilter(chosen);
    },
  });
  const pages = timeline.data?.pages;
  const counts = pages?.[0]?.counts ?? [];
  const countOf = (one: Filter) =>
    counts.reduce((sum, { kind, count }) => (one === "all" || kind === one ? sum + count : sum), 0);
  const months = useMemo(
    () =>
      byMonth(
        (pages ?? []).flatMap((page) => page.entries),
        (at) => format.month(at),
      ).map(({ title, entries }): TimelineMonth => ({
        key: title,
        title,
        entries: entries.map((entry) => drawn(entry, t, format, onReceipt)),
      })),
    [pages, t, format, onReceipt],
  );
  return (
    <>
      <div className="filechips">
        <Chips
          label={t("customer:filter.label")}
          value={filter}
          options={filters.map((one) => ({
            value: one,
            label: t(`customer:filter.${one}`),
            count: count(countOf(one)),
          }))}
          onChange={setFilter}
        />
      </div>
      {children}
      {/* Scrolled by keyboard too. */}
      {/* eslint-disable jsx-a11y/no-noninteractive-tabindex */}
      <div
        className="filelist scroll grow"
        data-testid="timeline"
        tabIndex={0}
        role="region"
        aria-label={t("customer:timeline")}
      >
        {timeline.error !== null && (
          <Failed failure={timeline.error} onRetry={() => void timeline.refetch()} />
        )}
        {timeline.error === null && pages === undefined && <Bars count={4} />}
        {pages !== undefined && months.length === 0 && (
          <EmptyState>{t(filter === "all" ? "customer:nothing_yet" : "customer:nothing_kind")}</EmptyState>
        )}
        <Timeline months={months} />
        {timeline.hasNextPage && (
          <Button className="older" onClick={() => void timeline.fetchNextPage()}>
            {t("customer:older")}
          </Button>
        )}
      </div>
    </>
  );
}
