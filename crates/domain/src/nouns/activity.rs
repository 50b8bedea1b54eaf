use super::noun;
use crate::id::RecordId;

noun! {
    /// Something that members take part in: every Nth activation, a draw, a trial, coins for taking part.
    Activity(ActivityId) = "activity" {
        roots: [], read: ALL, write: LEAD, append_only: false,
    }
    name: text,
    /// [`Terms`](crate::activity::Terms).
    terms: json,
    /// A tier by its name: whoever stands lower is refused.
    tier: text,
    /// Business days, both included.
    from_day: text in "days",
    until_day: text in "days",
    /// Unset counts as going on.
    active: flag,
    note: text,
}

noun! {
    /// Somebody took part. Everyone has all of them, without a word about who it was: what is first come,
    /// first served goes by the shared order over all of them (R75).
    Participation(ParticipationId) = "participation" {
        roots: [], read: SEE_CUSTOMERS, write: SERVE, append_only: true,
    }
    activity: id,
    customer: id,
    till: id,
    person: id,
    at: int,
    /// The lot and the ticket in it that was drawn, counted from 0 (R76).
    lot: id,
    ticket: int,
    /// By what a trial goes (R9): how high the member stood, and since when they are one.
    rank: int,
    joined_on: text,
}

noun! {
    /// Tickets of a draw that one till hands out, in an order that was fixed with the seed when the lot was
    /// made: no prize can be drawn twice, and anyone can check every draw (R76).
    PrizeLot(PrizeLotId) = "prize_lot" {
        roots: [], read: SEE_CUSTOMERS, write: LEAD, append_only: true,
    }
    activity: id,
    till: id,
    tickets: int,
    /// `[{"name": "保温杯", "count": 3}]`; what is left of the tickets wins nothing.
    prizes: json,
    /// 32 bytes as hexadecimal digits.
    seed: text,
    /// The lot whose tickets from `first` on these are: what a till that is gone had not drawn.
    reclaims: id,
    first: int,
    person: id,
    at: int,
}

noun! {
    /// What a member did for the club that coins are given for: a visit, a post (R78, R83).
    Contribution(ContributionId) = "contribution" {
        roots: ["customer" => "customer"], read: SEE_CUSTOMERS, write: SERVE, append_only: false,
    }
    activity: id,
    customer: id,
    text: text,
    amount: int,
    person: id,
    at: int,
    /// `accepted` or `rejected`; unset while it waits to be looked at.
    verdict: text in "verdict" only LEAD,
    reviewed_by: id in "verdict" only LEAD,
    reviewed_at: int in "verdict" only LEAD,
    verdict_why: text in "verdict" only LEAD,
}

impl ContributionId {
    /// The ledger entry that pays for it, and the one that takes that back, whoever looks at it.
    pub fn entry(id: RecordId) -> RecordId {
        RecordId::derived("contribution.entry", &[id])
    }

    pub fn reversal(id: RecordId) -> RecordId {
        RecordId::derived("contribution.reversal", &[id])
    }
}
