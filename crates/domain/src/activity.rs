//! What members take part in, and who comes first. Every decision is one function over the whole list in the
//! shared order, so that all devices decide alike (R9, R75).

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    code::{Code, Failure},
    id::RecordId,
    nouns::Activity,
    offer::Offer,
    tier::Tier,
};

/// What an activity is, as its record has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(rename = "ActivityTerms", export_to = "nouns.ts")]
pub enum Terms {
    /// Each member activates once; every so manieth gets the gift (R75).
    Activation { every: u32, gift: String },
    /// Each member may draw again so many months after the last time (R76).
    Draw { every_months: u32 },
    /// So many go round, by tier and then by who joined first; then a waiting list (R9).
    Trial { units: u32 },
    /// Coins for taking part (R78), where it is said so only once somebody looked at it (R83).
    Coins { amount: i64, reviewed: bool },
}

impl Terms {
    /// As an activity's record has them; `None` where it says nothing that we understand.
    pub fn of(activity: &Activity) -> Option<Self> {
        serde_json::from_value(activity.terms.clone()?).ok()
    }

    pub fn check(&self) -> Result<(), Failure> {
        let fits = match self {
            Terms::Activation { every, gift } => {
                (1..=1_000_000).contains(every) && !gift.trim().is_empty()
            }
            Terms::Draw { every_months } => (1..=120).contains(every_months),
            Terms::Trial { units } => (1..=100_000).contains(units),
            Terms::Coins { amount, .. } => (1..=1_000_000).contains(amount),
        };
        if fits { Ok(()) } else { Err(Failure::new(Code::FieldInvalid).with("field", "terms")) }
    }
}

/// Refuses whoever may not take part.
pub fn may_join(
    activity: &Activity,
    tier: &str,
    (ladder, today): (&[Tier], NaiveDate),
) -> Result<(), Failure> {
    let offer = Offer::from(activity);
    if !offer.is_on(today) {
        return Err(Failure::new(Code::ActivityOver));
    }
    offer.reaches(tier, ladder, Code::ActivityTierMissing)
}

/// One who took part. `number` is the place in the shared order; unset until the server gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    pub id: RecordId,
    pub customer: RecordId,
    pub number: Option<i64>,
    pub at: i64,
    /// For trials: the rank of the tier, and the day of joining.
    pub rank: i64,
    pub joined_on: Option<&'a str>,
}

/// Where somebody stands among all who took part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
#[ts(rename = "ActivityPlace", export_to = "nouns.ts")]
pub enum Place {
    /// The shared order has not decided yet: 待确认.
    Pending,
    /// Counted from 1. `wins` says whether it is one of those that get something.
    Counted { place: i64, wins: bool },
    /// On the waiting list, counted from 1.
    Waiting { place: i64 },
    /// The same member once more: it does not count.
    Again,
}

/// Who is the how manieth, by id. Each member counts once: the first in the shared order. Without a server the
/// order is this device's own.
pub fn activations(entries: &[Entry], every: u32, shared: bool) -> Vec<(RecordId, Place)> {
    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_unstable_by_key(|entry| {
        let pending = shared && entry.number.is_none();
        (pending, entry.number.filter(|_| shared), entry.at, entry.id)
    });
    let mut seen = HashSet::new();
    let mut place = 0;
    order
        .into_iter()
        .map(|entry| {
            let is = if !seen.insert(entry.customer) {
                Place::Again
            } else if shared && entry.number.is_none() {
                Place::Pending
            } else {
                place += 1;
                Place::Counted { place, wins: place % i64::from(every.max(1)) == 0 }
            };
            (entry.id, is)
        })
        .collect()
}

/// Who gets a trial and who waits, by id: the higher tier first, then who joined first, then who asked first.
pub fn trials(entries: &[Entry], units: u32) -> Vec<(RecordId, Place)> {
    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_unstable_by_key(|entry| (entry.at, entry.id));
    let mut seen = HashSet::new();
    let (mut first, again): (Vec<&Entry>, Vec<&Entry>) =
        order.into_iter().partition(|entry| seen.insert(entry.customer));
    first.sort_by_key(|entry| {
        (
            std::cmp::Reverse(entry.rank),
            entry.joined_on.is_none(),
            entry.joined_on,
            entry.at,
            entry.id,
        )
    });
    let units = i64::from(units);
    let placed = (1..).zip(first).map(|(place, entry)| {
        let is = if place <= units {
            Place::Counted { place, wins: true }
        } else {
            Place::Waiting { place: place - units }
        };
        (entry.id, is)
    });
    placed.chain(again.into_iter().map(|entry| (entry.id, Place::Again))).collect()
}

/// A text as it is compared with others: only letters, digits and characters, in lower case.
pub fn essence(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(id: u128, customer: u128, number: Option<i64>) -> Entry<'static> {
        Entry {
            id: RecordId::from_u128(id),
            customer: RecordId::from_u128(customer),
            number,
            at: i64::try_from(id).unwrap(),
            rank: 0,
            joined_on: None,
        }
    }

    fn winners(entries: &[Entry], every: u32) -> Vec<i64> {
        let wins = |(_, place): &(RecordId, Place)| match place {
            Place::Counted { place, wins: true } => Some(*place),
            _ => None,
        };
        activations(entries, every, true).iter().filter_map(wins).collect()
    }

    #[test]
    fn r75_of_250_the_100th_and_the_200th_win_whatever_came_in_which_order() {
        let mut entries: Vec<Entry> =
            (1..=250).map(|n| entry(1_000 - n, n, i64::try_from(n).ok())).collect();
        assert_eq!(winners(&entries, 100), [100, 200]);
        let of = |entries: &[Entry]| {
            let mut all = activations(entries, 100, true);
            all.sort_unstable_by_key(|(id, _)| *id);
            all
        };
        let before = of(&entries);
        entries.reverse();
        assert_eq!(of(&entries), before);
    }

    #[test]
    fn r75_a_member_counts_once_and_what_has_no_number_waits() {
        let entries =
            [entry(1, 7, Some(5)), entry(2, 7, Some(9)), entry(3, 8, None), entry(4, 9, Some(6))];
        let placed = activations(&entries, 2, true);
        let is = |id| placed.iter().find(|(found, _)| *found == RecordId::from_u128(id)).unwrap().1;
        assert_eq!(is(1), Place::Counted { place: 1, wins: false });
        assert_eq!(is(2), Place::Again);
        assert_eq!(is(3), Place::Pending);
        assert_eq!(is(4), Place::Counted { place: 2, wins: true });
        let alone = activations(&entries, 2, false);
        assert!(alone.iter().all(|(_, place)| *place != Place::Pending), "no server, own order");
    }

    #[test]
    fn r9_ten_units_for_fourteen_go_by_tier_and_then_by_joining() {
        let joined: Vec<String> = (0..14).map(|n| format!("2020-01-{:02}", 14 - n)).collect();
        let entries: Vec<Entry> = (0..14)
            .map(|n| Entry {
                rank: i64::from(n % 2 == 0),
                joined_on: Some(&joined[n]),
                ..entry(u128::try_from(n).unwrap(), u128::try_from(n).unwrap(), None)
            })
            .collect();
        let placed = trials(&entries, 10);
        let waiting: Vec<u128> = placed
            .iter()
            .filter(|(_, place)| matches!(place, Place::Waiting { .. }))
            .map(|(id, _)| id.as_uuid().as_u128())
            .collect();
        assert_eq!(waiting, [7, 5, 3, 1], "the lower tier, who joined last waits last");
        assert!(
            matches!(placed[0], (id, Place::Counted { place: 1, wins: true }) if id.as_uuid().as_u128() == 12)
        );
    }

    proptest! {
        #[test]
        fn r9_all_who_asked_stand_somewhere_and_no_more_than_the_units_win(
            asked in prop::collection::vec((0_u128..30, 0_i64..4), 0..60),
            units in 1_u32..20,
        ) {
            let entries: Vec<Entry> = asked
                .iter()
                .enumerate()
                .map(|(id, (customer, rank))| Entry {
                    rank: *rank,
                    ..entry(u128::try_from(id).unwrap(), *customer, None)
                })
                .collect();
            let placed = trials(&entries, units);
            prop_assert_eq!(placed.len(), entries.len());
            let count = |wanted: fn(&Place) -> bool| {
                placed.iter().filter(|(_, place)| wanted(place)).count()
            };
            let people: HashSet<RecordId> = entries.iter().map(|entry| entry.customer).collect();
            let winners = count(|place| matches!(place, Place::Counted { .. }));
            prop_assert_eq!(winners, people.len().min(usize::try_from(units).unwrap()));
            prop_assert_eq!(winners + count(|place| matches!(place, Place::Waiting { .. })), people.len());
        }
    }

    #[test]
    fn r78_the_same_text_is_the_same_however_it_is_written() {
        assert_eq!(essence("Good, TEA!  很好喝。"), essence("good tea很好喝"));
        assert_ne!(essence("很好喝"), essence("不好喝"));
    }
}
