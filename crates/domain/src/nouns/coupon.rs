use super::noun;
use crate::id::RecordId;

noun! {
    /// Something off a sale, for a member who asks for it (R6). Who has it is reckoned, not handed out: a
    /// birthday coupon is there when the day is near. Only what was used is a record.
    Coupon(CouponId) = "coupon" {
        roots: [], read: ALL, write: LEAD, append_only: false,
    }
    name: text,
    /// `open`: once for each member. `birthday`: once for each birthday.
    kind: text,
    /// What it takes off: an amount, or a share in hundredths.
    off: fen in "off",
    off_percent: int in "off",
    /// The least that a sale must come to.
    from_total: fen,
    /// A tier by its name: whoever stands lower is refused.
    tier: text,
    /// Business days, both included.
    from_day: text in "days",
    until_day: text in "days",
    /// For birthdays: from so many days before the day until so many after it.
    lead_days: int in "birthday",
    valid_days: int in "birthday",
    /// Unset counts as offered.
    active: flag,
    note: text,
}

noun! {
    /// A coupon that went into a sale. Two tills apart may both take it: both are kept, and a manager sees it.
    CouponUse(CouponUseId) = "coupon_use" {
        roots: ["customer" => "customer"], read: SEE_CUSTOMERS, write: SERVE, append_only: true,
    }
    coupon: id,
    customer: id,
    sale: id,
    /// What it may be used once in: the year of a birthday; `once`.
    period: text,
    /// What it took off.
    amount: fen,
    person: id,
    at: int,
}

impl CouponUseId {
    /// A sale takes a coupon once, however often that is sent.
    pub fn of(coupon: RecordId, sale: RecordId) -> Self {
        RecordId::derived("coupon_use", &[coupon, sale]).into()
    }
}
