//! When and to whom a shop offers something: rewards, coupons and activities say it alike.

use chrono::NaiveDate;

use crate::{
    code::{Code, Failure},
    nouns::{Activity, Coupon, Reward},
    tier::{self, Tier},
};

/// What such a record says about it.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    name: Option<&'a str>,
    active: Option<bool>,
    from_day: Option<&'a str>,
    until_day: Option<&'a str>,
    tier: Option<&'a str>,
}

macro_rules! offered {
    ($($noun:ident),*) => {$(
        impl<'a> From<&'a $noun> for Offer<'a> {
            fn from(noun: &'a $noun) -> Self {
                Self {
                    name: noun.name.as_deref(),
                    active: noun.active,
                    from_day: noun.from_day.as_deref(),
                    until_day: noun.until_day.as_deref(),
                    tier: noun.tier.as_deref(),
                }
            }
        }
    )*};
}

offered!(Reward, Coupon, Activity);

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

impl Offer<'_> {
    /// Whether it stands on a business day; both ends are included.
    pub fn is_on(self, today: NaiveDate) -> bool {
        self.active.unwrap_or(true)
            && self.from_day.and_then(day).is_none_or(|from| from <= today)
            && self.until_day.and_then(day).is_none_or(|until| today <= until)
    }

    /// Refuses, by that code, whoever stands lower than it asks for.
    pub fn reaches(self, has: &str, ladder: &[Tier], code: Code) -> Result<(), Failure> {
        let rank = |name: &str| ladder.iter().position(|step| step.name == name);
        match self.tier.filter(|needed| rank(has) < rank(needed)) {
            Some(needed) => Err(Failure::new(code)
                .with("tier", tier::title(ladder, needed))
                .with("has", tier::title(ladder, has))),
            None => Ok(()),
        }
    }

    pub fn has_name(self) -> bool {
        self.name.is_some_and(|name| !name.trim().is_empty())
    }

    /// Refuses days that are none, and a tier that the ladder does not have.
    pub fn check(self, ladder: &[Tier]) -> Result<(), Failure> {
        let wrong = |field: &str| Err(Failure::new(Code::FieldInvalid).with("field", field));
        let days = [self.from_day, self.until_day];
        if days.into_iter().flatten().any(|text| day(text).is_none()) {
            return wrong("days");
        }
        if self.tier.is_some_and(|name| !ladder.iter().any(|step| step.name == name)) {
            return wrong("tier");
        }
        Ok(())
    }
}
