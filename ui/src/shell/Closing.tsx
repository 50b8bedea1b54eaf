import { useEffect, useState } from "react";
import { onClosing } from "../host/call";
import { later } from "./later";

const ClosingQuestion = later(async () => (await import("./ClosingQuestion")).ClosingQuestion);

/** Closing the window while work waits for the shared server says so, and leaves the choice. */
export function Closing() {
  const [asked, setAsked] = useState(false);
  useEffect(() => onClosing(() => setAsked(true)), []);
  return asked && <ClosingQuestion onStay={() => setAsked(false)} />;
}
