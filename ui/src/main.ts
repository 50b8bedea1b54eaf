import { createClient, followTouched } from "./query/client";
import { readAhead } from "./query/opening";

const client = createClient();
followTouched(client);

/** A slow answer must not keep the window blank for longer. */
const patience = 300;

// The core answers while the screens are still being read in, so that the first picture is the whole counter.
const answered = Promise.race([
  readAhead(client),
  new Promise((resolve) => {
    setTimeout(resolve, patience);
  }),
]);
void import("./window").then(async ({ open }) => {
  await answered;
  open(client);
});
