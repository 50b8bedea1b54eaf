//! Which coupon a member may use, when, and what it takes off (R6).

use chrono::{Datelike, Days, NaiveDate};

use crate::{
    birthday::Birthday,
    code::{Code, Failure},
    money::Fen,
    nouns::Coupon,
    offer::Offer,
    tier::Tier,
};

/// From so many days before a birthday a coupon may be used, unless it says otherwise.
const LEAD_DAYS: i64 = 7;

/// The longest that a coupon may reach around a birthday: two of them never hold at once.
const LONGEST: i64 = 180;

/// The period of a coupon that is used once.
const ONCE: &str = "once";

/// Who asks, as they stand at that moment.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    pub tier: &'a str,
    /// By the solar calendar; `None` where it is not known.
    pub birthday: Option<Birthday>,
    /// In which periods they have used it.
    pub used: &'a [&'a str],
}

/// What a coupon may be used once in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    pub name: String,
    /// Business days, both included; unset where there is no end.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

fn is_birthday(coupon: &Coupon) -> bool {
    coupon.kind.as_deref() == Some("birthday")
}

/// The period that holds on a day or comes next. A birthday's is named by the year of the day itself, so that
/// one around New Year is one.
fn period(coupon: &Coupon, birthday: Option<Birthday>, today: NaiveDate) -> Option<Period> {
    if !is_birthday(coupon) {
        let until = coupon.until_day.as_deref().and_then(|day| day.parse().ok());
        return Some(Period { name: ONCE.to_owned(), from: None, until });
    }
    let birthday = birthday?;
    let days = |days: i64| Days::new(u64::try_from(days.clamp(0, LONGEST)).unwrap_or(0));
    let lead = days(coupon.lead_days.unwrap_or(LEAD_DAYS));
    let valid = days(coupon.valid_days.unwrap_or(0));
    (today.year() - 1..=today.year() + 2).find_map(|year| {
        let kept = birthday.in_year(year)?;
        let (from, until) = (kept.checked_sub_days(lead)?, kept.checked_add_days(valid)?);
        (today <= until).then(|| Period {
            name: year.to_string(),
            from: Some(from),
            until: Some(until),
        })
    })
}

/// Refuses whoever may not use it on a sale of `total`, what cannot be mended at the counter first.
pub fn may_use(
    coupon: &Coupon,
    holder: Holder,
    total: Fen,
    (ladder, today): (&[Tier], NaiveDate),
) -> Result<Period, Failure> {
    let offer = Offer::from(coupon);
    if !offer.is_on(today) {
        return Err(Failure::new(Code::CouponNotOffered));
    }
    offer.reaches(holder.tier, ladder, Code::CouponTierMissing)?;
    let period = period(coupon, holder.birthday, today)
        .ok_or_else(|| Failure::new(Code::CouponBirthdayUnknown))?;
    if let Some(from) = period.from.filter(|from| today < *from) {
        return Err(Failure::new(Code::CouponNotYet).with("day", from.to_string()));
    }
    if holder.used.contains(&period.name.as_str()) {
        return Err(Failure::new(Code::CouponUsed));
    }
    let least = coupon.from_total.unwrap_or_default();
    if total < least {
        return Err(Failure::new(Code::CouponTotalShort)
            .with("missing", (least - total).0)
            .with("least", least.0));
    }
    Ok(period)
}

/// What it takes off a total, rounded down to a whole fen where it is a share; never more than the total.
pub fn off(coupon: &Coupon, total: Fen) -> Fen {
    let share = |percent: i64| {
        let exact = i128::from(total.0) * i128::from(percent.clamp(0, 100)) / 100;
        Fen(i64::try_from(exact).unwrap_or_default())
    };
    let off = coupon.off.or_else(|| coupon.off_percent.map(share)).unwrap_or_default();
    off.max(Fen(0)).min(total.max(Fen(0)))
}

/// Spreads what is taken off over lines of `(amount, least)`, each by its share of what is above its floor
/// (R7). The parts add up to what is taken off, or to all there is above the floors.
pub fn spread(off: Fen, lines: &[(Fen, Fen)]) -> Vec<Fen> {
    let above: Vec<i64> = lines.iter().map(|(amount, least)| (*amount - *least).0.max(0)).collect();
    let all = above.iter().fold(0_i64, |sum, part| sum.saturating_add(*part));
    let off = off.0.clamp(0, all);
    // Shares of the sum so far, so that roundings never add up to another sum.
    let (mut seen, mut given) = (0_i128, 0_i128);
    above
        .iter()
        .map(|part| {
            seen += i128::from(*part);
            let until = if all == 0 { 0 } else { i128::from(off) * seen / i128::from(all) };
            let part = until - given;
            given = until;
            Fen(i64::try_from(part).unwrap_or_default())
        })
        .collect()
}

/// Refuses what nobody could use.
pub fn check(coupon: &Coupon, ladder: &[Tier]) -> Result<(), Failure> {
    let wrong = |field: &str| Err(Failure::new(Code::FieldInvalid).with("field", field));
    if !Offer::from(coupon).has_name() {
        return wrong("name");
    }
    if !matches!(coupon.kind.as_deref(), Some("open" | "birthday")) {
        return wrong("kind");
    }
    let amount = coupon.off.is_some_and(|off| (1..=100_000_000).contains(&off.0));
    let share = coupon.off_percent.is_some_and(|percent| (1..=100).contains(&percent));
    if amount == share {
        return wrong("off");
    }
    let days = [coupon.lead_days, coupon.valid_days];
    if days.into_iter().flatten().any(|days| !(0..=LONGEST).contains(&days)) {
        return wrong("birthday");
    }
    if coupon.from_total.is_some_and(|least| least.0 < 0) {
        return wrong("from_total");
    }
    Offer::from(coupon).check(ladder)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tier::default_ladder;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn birthday_coupon() -> Coupon {
        Coupon {
            name: Some("生日礼".into()),
            kind: Some("birthday".into()),
            off: Some(Fen(5_000)),
            from_total: Some(Fen(20_000)),
            valid_days: Some(30),
            ..Coupon::default()
        }
    }

    fn asks(born: &str, used: &[&str], total: i64, today: &str) -> Result<String, Code> {
        let holder = Holder { tier: "regular", birthday: born.parse().ok(), used };
        may_use(&birthday_coupon(), holder, Fen(total), (&default_ladder(), day(today)))
            .map(|period| period.name)
            .map_err(|failure| failure.code)
    }

    #[test]
    fn r6_a_birthday_coupon_is_there_seven_days_before_and_once_a_year() {
        assert_eq!(asks("1990-09-23", &[], 20_000, "2026-09-15"), Err(Code::CouponNotYet));
        assert_eq!(asks("1990-09-23", &[], 20_000, "2026-09-16"), Ok("2026".into()));
        assert_eq!(asks("1990-09-23", &["2025"], 20_000, "2026-10-23"), Ok("2026".into()));
        assert_eq!(asks("1990-09-23", &["2026"], 20_000, "2026-09-23"), Err(Code::CouponUsed));
        assert_eq!(asks("1990-09-23", &[], 20_000, "2026-10-24"), Err(Code::CouponNotYet));
        assert_eq!(asks("1990-09-23", &[], 19_999, "2026-09-23"), Err(Code::CouponTotalShort));
        assert_eq!(asks("", &[], 20_000, "2026-09-23"), Err(Code::CouponBirthdayUnknown));
    }

    #[test]
    fn r6_around_new_year_it_is_one_coupon_and_29_february_has_one_each_year() {
        assert_eq!(asks("--01-03", &[], 20_000, "2026-12-28"), Ok("2027".into()));
        assert_eq!(asks("--01-03", &["2027"], 20_000, "2027-01-04"), Err(Code::CouponUsed));
        assert_eq!(asks("--12-30", &["2026"], 20_000, "2027-01-02"), Err(Code::CouponUsed));
        assert_eq!(asks("1992-02-29", &[], 20_000, "2027-02-21"), Ok("2027".into()));
        assert_eq!(asks("1992-02-29", &[], 20_000, "2027-02-20"), Err(Code::CouponNotYet));
    }

    #[test]
    fn an_open_coupon_is_used_once_and_its_tier_is_asked_for() {
        let coupon = Coupon {
            kind: Some("open".into()),
            tier: Some("gold".into()),
            off_percent: Some(10),
            ..Coupon::default()
        };
        let asks = |tier, used: &[&str]| {
            let holder = Holder { tier, birthday: None, used };
            may_use(&coupon, holder, Fen(1), (&default_ladder(), day("2026-09-23")))
                .map_err(|failure| failure.code)
        };
        assert!(asks("gold", &[]).is_ok());
        assert_eq!(asks("regular", &[]), Err(Code::CouponTierMissing));
        assert_eq!(asks("platinum", &["once"]), Err(Code::CouponUsed));
        assert_eq!(off(&coupon, Fen(199)), Fen(19));
        assert_eq!(off(&birthday_coupon(), Fen(3_000)), Fen(3_000), "never more than there is");
    }

    proptest! {
        #[test]
        fn r7_what_is_taken_off_adds_up_and_no_line_goes_below_its_floor(
            lines in prop::collection::vec((0_i64..1_000_000, 0_i64..1_000_000), 1..20),
            taken in 0_i64..5_000_000,
        ) {
            let lines: Vec<(Fen, Fen)> = lines.iter().map(|(a, l)| (Fen(*a), Fen(*l))).collect();
            let parts = spread(Fen(taken), &lines);
            let above: i64 = lines.iter().map(|(amount, least)| (amount.0 - least.0).max(0)).sum();
            prop_assert_eq!(parts.iter().map(|part| part.0).sum::<i64>(), taken.min(above));
            for (part, (amount, least)) in parts.iter().zip(&lines) {
                prop_assert!(part.0 >= 0);
                prop_assert!(part.0 == 0 || *amount - *part >= *least);
            }
        }
    }
}
