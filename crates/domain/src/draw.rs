//! Draws that anyone can check (R76): tickets lie in an order that follows from the lot's seed, and a till
//! hands them out one after the other.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::{
    code::{Code, Failure},
    nouns::PrizeLot,
};

/// So many tickets a lot may have: a screen replays all of them.
pub const TICKET_LIMIT: i64 = 100_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "nouns.ts")]
pub struct Prize {
    pub name: String,
    pub count: i64,
}

pub fn prizes(lot: &PrizeLot) -> Vec<Prize> {
    lot.prizes.clone().and_then(|prizes| serde_json::from_value(prizes).ok()).unwrap_or_default()
}

/// What each ticket of a lot wins, in the order in which they are drawn.
///
/// Tickets are numbered with the prizes first, in the order of the list, and then sorted by
/// `SHA-256(seed ‖ number as 8 bytes, highest first)`: a permutation that can be checked with any tool.
pub fn deck(lot: &PrizeLot) -> Vec<Option<String>> {
    let tickets = lot.tickets.unwrap_or_default().clamp(0, TICKET_LIMIT);
    let seed = lot.seed.as_deref().unwrap_or_default();
    let mut order: Vec<([u8; 32], i64)> = (0..tickets)
        .map(|ticket| {
            let mut hash = Sha256::new();
            hash.update(seed.as_bytes());
            hash.update(ticket.to_be_bytes());
            (hash.finalize().into(), ticket)
        })
        .collect();
    order.sort_unstable();
    let prizes = prizes(lot);
    let won = |ticket: i64| {
        let mut below = 0_i64;
        prizes.iter().find_map(|prize| {
            below = below.saturating_add(prize.count.max(0));
            (ticket < below).then(|| prize.name.clone())
        })
    };
    order.into_iter().map(|(_, ticket)| won(ticket)).collect()
}

/// Refuses a member who drew less than so many months ago; the month's end clamps.
pub fn may_draw(
    last: Option<NaiveDate>,
    every_months: u32,
    today: NaiveDate,
) -> Result<(), Failure> {
    let next = last.and_then(|last| last.checked_add_months(Months::new(every_months)));
    match next.filter(|next| today < *next) {
        Some(next) => Err(Failure::new(Code::DrawNotYet).with("day", next.to_string())),
        None => Ok(()),
    }
}

/// Refuses a lot that nobody could draw from.
pub fn check(lot: &PrizeLot) -> Result<(), Failure> {
    let wrong = |field: &str| Err(Failure::new(Code::FieldInvalid).with("field", field));
    let tickets = lot.tickets.unwrap_or_default();
    if !(1..=TICKET_LIMIT).contains(&tickets) {
        return wrong("tickets");
    }
    let prizes = prizes(lot);
    let odd = |prize: &Prize| prize.name.trim().is_empty() || !(1..=tickets).contains(&prize.count);
    if prizes.is_empty() || prizes.len() > 50 || prizes.iter().any(odd) {
        return wrong("prizes");
    }
    if prizes.iter().map(|prize| prize.count).sum::<i64>() > tickets {
        return wrong("tickets");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn lot(tickets: i64, counts: &[i64], seed: &str) -> PrizeLot {
        let prizes: Vec<_> = counts
            .iter()
            .enumerate()
            .map(|(place, count)| json!({ "name": place.to_string(), "count": count }))
            .collect();
        PrizeLot {
            tickets: Some(tickets),
            prizes: Some(json!(prizes)),
            seed: Some(seed.to_owned()),
            ..PrizeLot::default()
        }
    }

    #[test]
    fn r76_three_months_after_the_last_time_clamped() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let asks = |last, today| may_draw(Some(day(last)), 3, day(today)).is_ok();
        assert!(asks("2026-01-31", "2026-04-30"), "clamped to the month's end");
        assert!(!asks("2026-01-31", "2026-04-29"));
        assert!(asks("2027-11-30", "2028-02-29") && !asks("2027-11-30", "2028-02-28"));
        assert!(may_draw(None, 3, day("2026-01-01")).is_ok());
        let refused = may_draw(Some(day("2026-01-31")), 3, day("2026-02-01")).unwrap_err();
        assert_eq!(refused.params["day"], "2026-04-30");
    }

    /// As `hashlib` of Python sorts it.
    const DECK: [&str; 6] = ["", "0", "", "1", "1", ""];

    #[test]
    fn a_deck_never_changes_between_versions() {
        let drawn: Vec<_> =
            deck(&lot(6, &[1, 2], "00ff")).into_iter().map(Option::unwrap_or_default).collect();
        assert_eq!(drawn, DECK);
    }

    proptest! {
        #[test]
        fn r76_a_lot_gives_exactly_its_prizes(
            counts in prop::collection::vec(1_i64..20, 1..6),
            blanks in 0_i64..200,
            seed in "[0-9a-f]{64}",
        ) {
            let all: i64 = counts.iter().sum();
            let lot = lot(all + blanks, &counts, &seed);
            prop_assert!(check(&lot).is_ok());
            let deck = deck(&lot);
            prop_assert_eq!(i64::try_from(deck.len()).unwrap(), all + blanks);
            for (place, count) in counts.iter().enumerate() {
                let won = deck.iter().filter(|won| **won == Some(place.to_string())).count();
                prop_assert_eq!(i64::try_from(won).unwrap(), *count);
            }
        }
    }
}
