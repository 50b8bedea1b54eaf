//! Whether a reward may be had (R74, R77): asked before anything is deducted, and refused with the reason.

use chrono::NaiveDate;

use crate::{
    code::{Code, Failure},
    nouns::Reward,
    offer::Offer,
    tier::{self, Tier},
};

/// Who asks, as they stand at that moment.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    pub tier: &'a str,
    pub points: i64,
    pub coins: i64,
}

/// Refuses who may not have it, what is missing first in what cannot be collected.
pub fn may_have(
    reward: &Reward,
    member: Member,
    ladder: &[Tier],
    today: NaiveDate,
) -> Result<(), Failure> {
    let offer = Offer::from(reward);
    if !offer.is_on(today) {
        return Err(Failure::new(Code::RewardNotOffered));
    }
    offer.reaches(member.tier, ladder, Code::RewardTierMissing)?;
    if let Some(needed) = reward.needs.as_deref()
        && !tier::rights(ladder, member.tier).contains(&needed)
    {
        return Err(Failure::new(Code::RewardRightMissing)
            .with("right", needed)
            .with("tier", tier::title(ladder, member.tier)));
    }
    let short = |needed: Option<i64>, has: i64| {
        let needed = needed.unwrap_or_default();
        // Who owes may still have what costs nothing.
        if needed > 0 { (needed - has).max(0) } else { 0 }
    };
    let (points, coins) = (short(reward.points, member.points), short(reward.coins, member.coins));
    let code = match (points, coins) {
        (0, 0) => return Ok(()),
        (_, 0) => Code::RewardPointsShort,
        (0, _) => Code::RewardCoinsShort,
        _ => Code::RewardBothShort,
    };
    Err(Failure::new(code).with("points", points).with("coins", coins))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tier::default_ladder;

    const TODAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 10, 1) {
        Some(day) => day,
        None => NaiveDate::MIN,
    };

    fn asks(reward: &Reward, member: Member) -> Result<(), (Code, i64)> {
        let mut ladder = default_ladder();
        ladder[2].rights = vec!["vip_gift".to_owned()];
        may_have(reward, member, &ladder, TODAY).map_err(|failure| {
            let coins = failure.params.get("coins").and_then(serde_json::Value::as_i64);
            (failure.code, coins.unwrap_or_default())
        })
    }

    fn member(tier: &str, points: i64, coins: i64) -> Member<'_> {
        Member { tier, points, coins }
    }

    #[test]
    fn r77_a_reward_that_needs_both_says_what_is_short() {
        let reward = Reward { points: Some(2_000), coins: Some(50), ..Reward::default() };
        assert_eq!(asks(&reward, member("plain", 2_100, 40)), Err((Code::RewardCoinsShort, 10)));
        assert_eq!(asks(&reward, member("plain", 1_999, 50)), Err((Code::RewardPointsShort, 0)));
        assert_eq!(asks(&reward, member("plain", 0, 0)), Err((Code::RewardBothShort, 50)));
        assert_eq!(asks(&reward, member("plain", 2_000, 50)), Ok(()));
    }

    #[test]
    fn r74_a_right_or_a_tier_that_is_not_held_is_refused_and_those_above_hold_it_too() {
        let gift = Reward { needs: Some("vip_gift".into()), ..Reward::default() };
        assert_eq!(asks(&gift, member("plain", 9, 9)), Err((Code::RewardRightMissing, 0)));
        assert_eq!(asks(&gift, member("gold", 0, 0)), Ok(()));
        assert_eq!(asks(&gift, member("platinum", 0, 0)), Ok(()));
        let gift = Reward { tier: Some("gold".into()), ..Reward::default() };
        assert_eq!(asks(&gift, member("silver", 9, 9)), Err((Code::RewardTierMissing, 0)));
        assert_eq!(asks(&gift, member("platinum", 0, -5)), Ok(()));
    }

    #[test]
    fn what_is_not_offered_today_is_refused() {
        let on = |from: &str, until: &str, active| {
            let reward = Reward {
                from_day: Some(from.to_owned()),
                until_day: Some(until.to_owned()),
                active,
                ..Reward::default()
            };
            Offer::from(&reward).is_on(TODAY)
        };
        assert!(on("2026-10-01", "2026-10-01", None) && on("", "", Some(true)));
        assert!(
            !on("2026-10-02", "", None) && !on("", "2026-09-30", None) && !on("", "", Some(false))
        );
    }
}
