import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Hit, RecentCustomer } from "../../bindings/app";
import type { Failure } from "../../host/failure";
import { opening } from "../../query/opening";
import { reading, useRead } from "../../query/use";
import type { Attached } from "./draft";

const most = 30;

export interface Found {
  /** The text that was searched; while an input method composes, the one before. */
  text: string;
  hits: readonly Hit[];
  more: boolean;
  /** Answered for the text as it stands. */
  current: boolean;
  recents: readonly RecentCustomer[];
  failure: Failure | null;
  retry: () => void;
  /** Who is shown: the one chosen, or the first found. */
  chosen: string | null;
  choose: (id: string) => void;
  /** ↑ and ↓, through hits and on into those served lately. */
  move: (step: 1 | -1) => void;
  /** The one that Enter means, for the text as it stands even where its answer is still to come. */
  meant: () => Promise<Attached | null>;
  clear: () => void;
}

const request = (text: string) => ({ text, limit: most });

/** Who matches what is typed. A choice holds only for the text it was made in. */
export function useFound(text: string): Found {
  const client = useQueryClient();
  const asked = text.trim();
  const [choice, setChoice] = useState<{ text: string; id: string } | null>(null);
  const search = useRead("customer.search", request(asked), {
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const recent = useQuery(opening.recents);
  const hits = asked === "" ? [] : (search.data?.hits ?? []);
  const found = new Set(hits.map((hit) => hit.id));
  const recents = (recent.data ?? []).filter((one) => !found.has(one.id));
  const row = [...hits, ...recents];
  const made = choice !== null && choice.text === asked ? choice.id : null;
  const chosen = row.find((one) => one.id === made)?.id ?? hits[0]?.id ?? null;

  const choose = (id: string) => setChoice({ text: asked, id });
  const move = (step: 1 | -1) => {
    const index = row.findIndex((one) => one.id === chosen);
    const next = row[index < 0 ? 0 : Math.min(row.length - 1, Math.max(0, index + step))];
    if (next !== undefined) choose(next.id);
  };
  const meant = async (): Promise<Attached | null> => {
    const lately = recents.find((one) => one.id === made);
    if (lately !== undefined) return { id: lately.id, name: lately.name };
    if (asked === "") return null;
    const answer = await client.query(reading("customer.search", request(asked)));
    const hit = answer.hits.find((one) => one.id === made) ?? answer.hits[0];
    return hit === undefined ? null : { id: hit.id, name: hit.name };
  };
  return {
    text: asked,
    hits,
    more: search.data?.more ?? false,
    current: asked === "" || !search.isPlaceholderData,
    recents,
    failure: asked === "" ? recent.error : search.error,
    retry: () => void (asked === "" ? recent.refetch() : search.refetch()),
    chosen,
    choose,
    move,
    meant,
    clear: () => setChoice(null),
  };
}
