import type { UseMutationResult, UseQueryOptions, UseQueryResult } from "@tanstack/react-query";
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import type { CommandName, Reply, Request } from "../host/call";
import { call } from "../host/call";
import type { Failure } from "../host/failure";
import type { Reading } from "./tags";
import { reads, tagsOf } from "./tags";

type Options<N extends Reading> = Omit<
  UseQueryOptions<Reply<N>, Failure, Reply<N>, readonly [N, Request<N>]>,
  "queryKey" | "queryFn" | "meta"
>;

/** A reading command as a query, tagged with what it reads. Also for `useQueries` and prefetching. */
export function reading<N extends Reading>(name: N, request: Request<N>) {
  return queryOptions<Reply<N>, Failure, Reply<N>, readonly [N, Request<N>]>({
    queryKey: [name, request],
    queryFn: () => call(name, request),
    meta: { tags: tagsOf(reads[name], request) },
  });
}

/** Reads through the cache; refreshed when the core touches a tag it reads. */
export function useRead<N extends Reading>(
  name: N,
  request: Request<N>,
  options?: Options<N>,
): UseQueryResult<Reply<N>, Failure> {
  return useQuery({ ...options, ...reading(name, request) });
}

/** A changing command. What it touched comes back as an announcement, so nothing is invalidated by hand. */
export function useAct<N extends CommandName>(name: N): UseMutationResult<Reply<N>, Failure, Request<N>> {
  return useMutation({ mutationFn: (request: Request<N>) => call(name, request) });
}
