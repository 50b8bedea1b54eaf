use super::noun;

noun! {
    /// What sales earn from a business day on. A ledger of rules: each edit by the owner is one more,
    /// and its id is the version that sales carry. Of two made apart the later `since` holds, then the
    /// later id.
    EarnRule(EarnRuleId) = "earn_rule" {
        roots: [], read: ALL, write: LEAD, append_only: true,
    }
    /// The business day (`2026-10-01`) from which it holds.
    since: text,
    /// [`Terms`](crate::earn::Terms).
    terms: json,
    person: id,
    at: int,
}
