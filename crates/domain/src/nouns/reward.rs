use super::noun;

noun! {
    /// Something that points, coins or both are given for. What is redeemed are ledger entries that
    /// name it.
    Reward(RewardId) = "reward" {
        roots: [], read: ALL, write: LEAD, append_only: false,
    }
    name: text,
    points: int,
    coins: int,
    /// A tier by its name: whoever stands lower is refused.
    tier: text,
    /// A right that the member's tier must hold: `vip_gift`.
    needs: text,
    /// Business days, both included.
    from_day: text in "days",
    until_day: text in "days",
    /// Unset counts as offered.
    active: flag,
    /// It is handed out from what lies at each till; unset: there is always some.
    stocked: flag,
    /// What is handed over, where it is a product.
    product: id,
    note: text,
}
