import type { UseMutationResult } from "@tanstack/react-query";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { HomeState } from "../bindings/app";
import { call } from "../host/call";
import type { Failure } from "../host/failure";
import { reading } from "../query/use";

/** The way out of a look around: the made-up shop is gone, with all that was read from it, and the welcome is back. */
export function useLeaveDemo(): UseMutationResult<HomeState, Failure, void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation<HomeState, Failure>({
    mutationFn: () => call("home.leave_demo", null),
    onSuccess: async (home) => {
      client.setQueryData(reading("home.state", null).queryKey, home);
      await navigate({ to: "/welcome" });
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "home.state" });
    },
  });
}
