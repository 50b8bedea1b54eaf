use super::noun;

noun! {
    /// A purchase, or its refund in part or whole. What was sold stands in its lines; totals are
    /// computed from them and never stored in a record.
    Sale(SaleId) = "sale" {
        roots: ["customer" => "customer", "store" => "store"],
        read: SEE_CUSTOMERS, write: SERVE, append_only: true,
    }
    receipt_number: text,
    customer: id,
    store: id,
    person: id,
    /// Milliseconds since 1970, when the goods changed hands.
    sold_at: int,
    /// The sale that this one gives money back for; its lines then have negative amounts.
    refund_of: id,
    /// How it was paid, recorded and never processed: `[{"kind": "wechat_pay", "amount": 12800}]`.
    tenders: json,
    /// Version of the points rule in force at the till, before rules were records of their own.
    points_rule: int,
    /// The earn rule in force at the till; unset where there was none: a point for a full yuan.
    earn_rule: id,
    /// The member's tier at that moment, and whether it was the month of their birthday: inputs of
    /// the rule, so that what comes later changes nothing about this sale.
    earn_tier: text,
    earn_birthday: flag,
    /// The leave to go beyond a limit.
    approval: id,
    shift: id,
    /// Whose it was by another till's word, where nobody here is known by it: until it is given to them.
    phone: text guarded Number,
    member_no: text,
    /// `counter`, `import`, `demo`, `till` for what another till system told.
    source: text,
    note: text,
}
