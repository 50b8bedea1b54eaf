/** The language that the settings or the system ask for, where the shell knows it: before anything is drawn. */
export const shellLanguage: unknown = (globalThis as { __LANGUAGE__?: unknown }).__LANGUAGE__;
