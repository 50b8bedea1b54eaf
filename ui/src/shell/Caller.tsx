import { Navigate, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { Bars } from "../parts/Bars";
import { useRead } from "../query/use";
import { searchFor } from "./searchFocus";

function SearchAtCounter({ phone }: { phone: string }) {
  useEffect(() => searchFor(phone), [phone]);
  return <Navigate to="/counter" replace />;
}

/** A number handed over by a link: who is known by it alone is opened; else the counter looks for it. */
export function Caller() {
  const { number }: { number?: unknown } = useParams({ strict: false });
  const phone = typeof number === "string" ? number : "";
  const answer = useRead("customer.by_phone", { phone });
  if (answer.data === undefined && answer.error === null) return <Bars count={3} />;
  const [id, ...others] = answer.data?.customers ?? [];
  if (id === undefined || others.length > 0) return <SearchAtCounter phone={phone} />;
  return <Navigate to="/customers/$id" params={{ id }} replace />;
}
