//! Who may do what: roles, and sets of roles that collections and commands name.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person is in the shop. Decides what they may read and write, offline too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "nouns.ts")]
pub enum Role {
    Owner,
    Manager,
    Counter,
    Rep,
    Service,
    It,
    ReadOnly,
}

impl Role {
    pub const ALL: &'static [Role] = &[
        Role::Owner,
        Role::Manager,
        Role::Counter,
        Role::Rep,
        Role::Service,
        Role::It,
        Role::ReadOnly,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Manager => "manager",
            Role::Counter => "counter",
            Role::Rep => "rep",
            Role::Service => "service",
            Role::It => "it",
            Role::ReadOnly => "read_only",
        }
    }

    pub fn parse(text: &str) -> Option<Role> {
        Role::ALL.iter().copied().find(|role| role.as_str() == text)
    }
}

/// A set of roles, small enough to stand in a constant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    pub const NONE: Roles = Roles(0);
    /// Everyone of the team.
    pub const ALL: Roles = Roles(0b0111_1111);
    /// Who decides for the shop.
    pub const LEAD: Roles = Roles::of(&[Role::Owner, Role::Manager]);
    /// Who meets customers and writes down what they learn.
    pub const SERVE: Roles =
        Roles::of(&[Role::Owner, Role::Manager, Role::Counter, Role::Rep, Role::Service]);
    /// Who may see customers at all: IT looks after devices, not people.
    pub const SEE_CUSTOMERS: Roles = Roles::of(&[
        Role::Owner,
        Role::Manager,
        Role::Counter,
        Role::Rep,
        Role::Service,
        Role::ReadOnly,
    ]);
    /// Who looks after devices.
    pub const DEVICES: Roles = Roles::of(&[Role::Owner, Role::Manager, Role::It]);

    /// Who owns the shop: what is decided once for everybody.
    pub const OWNER: Roles = Roles::of(&[Role::Owner]);

    pub const fn of(roles: &[Role]) -> Roles {
        let mut bits = 0;
        let mut i = 0;
        while i < roles.len() {
            bits |= 1 << roles[i] as u8;
            i += 1;
        }
        Roles(bits)
    }

    pub const fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    #[must_use]
    pub const fn with(self, role: Role) -> Roles {
        Roles(self.0 | 1 << role as u8)
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether any role is in both.
    pub const fn meets(self, other: Roles) -> bool {
        self.0 & other.0 != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.contains(*role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sees_devices_and_no_customers() {
        assert!(Roles::DEVICES.contains(Role::It));
        assert!(!Roles::SEE_CUSTOMERS.contains(Role::It));
        assert!(Role::ALL.iter().all(|role| Roles::ALL.contains(*role)));
    }

    #[test]
    fn sets_grow_and_are_walked_in_order() {
        let set = Roles::NONE.with(Role::It).with(Role::Owner);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Role::Owner, Role::It]);
        assert!(set.meets(Roles::DEVICES) && !set.meets(Roles::NONE) && Roles::NONE.is_empty());
    }

    #[test]
    fn names_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(*role));
        }
    }
}
