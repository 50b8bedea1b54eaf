//! What each role may do at a till without asking (R41), and on which till: limits that hold offline.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{
    code::{Code, Failure},
    role::Role,
};

/// What may go beyond a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "nouns.ts")]
pub enum Matter {
    /// What a sale goes below its members' prices by, in fen.
    Discount,
    /// Points given for nothing that was bought.
    Goodwill,
    /// Points taken for a reward or a payment.
    Redemption,
    /// What is given back for a sale, in fen.
    Refund,
}

impl Matter {
    pub const ALL: &'static [Matter] =
        &[Matter::Discount, Matter::Goodwill, Matter::Redemption, Matter::Refund];

    pub const fn as_str(self) -> &'static str {
        match self {
            Matter::Discount => "discount",
            Matter::Goodwill => "goodwill",
            Matter::Redemption => "redemption",
            Matter::Refund => "refund",
        }
    }

    pub fn parse(text: &str) -> Option<Matter> {
        Matter::ALL.iter().copied().find(|matter| matter.as_str() == text)
    }
}

/// The most of each matter.
pub type Caps = BTreeMap<Matter, i64>;

/// What the owner set. A role that is not named is free, and so is the owner: somebody must decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(export_to = "nouns.ts")]
pub struct Limits(
    #[ts(as = "std::collections::HashMap<String, std::collections::HashMap<String, i64>>")]
    pub  BTreeMap<Role, Caps>,
);

impl Limits {
    /// As a workspace has them. What a newer version says beside is left out.
    pub fn read(set: Option<&Value>) -> Self {
        let roles = set.and_then(Value::as_object).into_iter().flatten();
        let read =
            |(role, caps): (&String, &Value)| Some((Role::parse(role)?, caps_of(Some(caps))));
        Self(roles.filter_map(read).collect())
    }

    pub fn of(&self, role: Role, matter: Matter) -> Option<i64> {
        if role == Role::Owner {
            return None;
        }
        self.0.get(&role).and_then(|caps| caps.get(&matter)).copied()
    }
}

/// The limits of a till, or of one role.
pub fn caps_of(set: Option<&Value>) -> Caps {
    let caps = set.and_then(Value::as_object).into_iter().flatten();
    caps.filter_map(|(matter, most)| Some((Matter::parse(matter)?, most.as_i64()?))).collect()
}

/// Refuses what neither the role nor the till allows without asking; the lower of both counts.
pub fn check(
    (limits, role): (&Limits, Role),
    till: &Caps,
    matter: Matter,
    amount: i64,
) -> Result<(), Failure> {
    // Who decides for the shop is not bound by where they stand.
    let till = till.get(&matter).copied().filter(|_| role != Role::Owner);
    let Some(allowed) = [limits.of(role, matter), till].into_iter().flatten().min() else {
        return Ok(());
    };
    if amount <= allowed {
        return Ok(());
    }
    Err(Failure::new(Code::ApprovalNeeded)
        .with("matter", matter.as_str())
        .with("amount", amount)
        .with("allowed", allowed))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn r41_up_to_200_yuan_goes_and_201_waits() {
        let limits = Limits::read(Some(&json!({
            "counter": { "discount": 20_000, "moonlight": 1 }, "astronaut": {},
        })));
        let asks = |role, amount| {
            check((&limits, role), &Caps::new(), Matter::Discount, amount)
                .map_err(|failure| (failure.code, failure.params["allowed"].as_i64()))
        };
        assert_eq!(asks(Role::Counter, 20_000), Ok(()));
        assert_eq!(asks(Role::Counter, 20_100), Err((Code::ApprovalNeeded, Some(20_000))));
        assert_eq!(asks(Role::Manager, 20_100), Ok(()), "not named: free");
    }

    #[test]
    fn r41_the_lower_of_role_and_till_counts_and_an_owner_is_free() {
        let limits = Limits::read(Some(&json!({ "counter": { "refund": 500 } })));
        let till = caps_of(Some(&json!({ "refund": 300 })));
        let asks = |role, amount| check((&limits, role), &till, Matter::Refund, amount).is_ok();
        assert!(asks(Role::Counter, 300) && !asks(Role::Counter, 301));
        assert!(!asks(Role::Manager, 301) && asks(Role::Owner, 999));
    }
}
