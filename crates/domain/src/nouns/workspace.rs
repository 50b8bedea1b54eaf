use super::noun;

noun! {
    /// The shop or chain as a whole: its name and the rules that hold everywhere in it.
    Workspace(WorkspaceId) = "workspace" {
        roots: [], read: ALL, write: LEAD, append_only: false,
    }
    name: text,
    /// ISO 4217, `CNY` unless the owner says otherwise.
    currency: text,
    /// IANA name. Business days, birthdays and caps follow it, not the machine's own.
    time_zone: text,
    /// Minutes after midnight at which a new business day begins.
    day_cut: int,
    /// ISO 3166 region in which a phone number without a country code is read.
    region: text,
    /// Points for a full yuan, and every other rule the owner sets; see `points`.
    points_rule: json,
    /// Tier thresholds; see `tier`.
    tiers: json,
    /// For how many days a tier is kept after what earned it fell out of the twelve months.
    tier_grace: int,
    /// Who sees which customers: `everyone`, `store`, `owner`; see [`Visibility`](crate::scope::Visibility).
    visibility: text in "visibility" only OWNER,
    /// Under `owner`: customers whom nobody looks after are seen by all people of their store.
    share_ownerless: flag in "visibility" only OWNER,
    /// How many days history is kept; unset: for ever.
    history_days: int,
    /// Which personal fields are masked or hidden from a role; see `rights`.
    guards: json only OWNER,
    /// What each role may do without asking; see [`Limits`](crate::authority::Limits).
    limits: json only OWNER,
    /// How many days a device may go without the server before it locks; 0 for ever, 30 unless said otherwise.
    lease_days: int only OWNER,
}
