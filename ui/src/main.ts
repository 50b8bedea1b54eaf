import { language } from "./i18n/language";
import { readPack } from "./i18n/packs";
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
const words = readPack(language());
void import("./window").then(async ({ open }) => {
  await Promise.all([answered, words]);
  open(client);
});
