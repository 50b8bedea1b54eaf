//! The nouns: one file each. A noun is declared once, as a struct whose fields are also its rows
//! in the [collection table](crate::collection).
//!
//! Every field may be unset: another device may not have sent it, or a newer version may have
//! stopped to. What a noun cannot do without is asked for where a person creates it.

mod activity;
mod approval;
mod conflict;
mod coupon;
mod customer;
mod device;
mod earn_rule;
mod interaction;
mod ledger_entry;
mod person;
mod product;
mod reveal;
mod reward;
mod sale;
mod sale_line;
mod shift;
mod stock_movement;
mod store;
mod tag;
mod task;
mod workspace;

pub use activity::{
    Activity, ActivityId, Contribution, ContributionId, Participation, ParticipationId, PrizeLot,
    PrizeLotId,
};
pub use approval::{Approval, ApprovalId};
pub use conflict::{Conflict, ConflictId};
pub use coupon::{Coupon, CouponId, CouponUse, CouponUseId};
pub use customer::{Customer, CustomerId};
pub use device::{Device, DeviceRecordId};
pub use earn_rule::{EarnRule, EarnRuleId};
pub use interaction::{Interaction, InteractionId};
pub use ledger_entry::{Currency, LedgerEntry, LedgerEntryId};
pub use person::{Person, PersonId};
pub use product::{Product, ProductId};
pub use reveal::{Reveal, RevealId};
pub use reward::{Reward, RewardId};
pub use sale::{Sale, SaleId};
pub use sale_line::{SaleLine, SaleLineId};
pub use shift::{Shift, ShiftId};
pub use stock_movement::{StockMovement, StockMovementId};
pub use store::{Store, StoreId};
pub use tag::{CustomerTag, CustomerTagId, Tag, TagId};
pub use task::{Task, TaskId};
pub use workspace::{Workspace, WorkspaceId};

use crate::collection::Collection;

/// Parents before children, so that what is sent in this order rarely has to wait for its root.
pub(crate) static ALL: &[&Collection] = &[
    Workspace::COLLECTION,
    Store::COLLECTION,
    Person::COLLECTION,
    Device::COLLECTION,
    Tag::COLLECTION,
    Product::COLLECTION,
    EarnRule::COLLECTION,
    Reward::COLLECTION,
    StockMovement::COLLECTION,
    Coupon::COLLECTION,
    Activity::COLLECTION,
    PrizeLot::COLLECTION,
    Participation::COLLECTION,
    Shift::COLLECTION,
    Customer::COLLECTION,
    CustomerTag::COLLECTION,
    Sale::COLLECTION,
    SaleLine::COLLECTION,
    LedgerEntry::COLLECTION,
    CouponUse::COLLECTION,
    Contribution::COLLECTION,
    Approval::COLLECTION,
    Interaction::COLLECTION,
    Reveal::COLLECTION,
    Task::COLLECTION,
    Conflict::COLLECTION,
];

/// A noun: a typed view of the fields of a record.
pub trait Noun: Sized + Default + serde::Serialize + serde::de::DeserializeOwned {
    const COLLECTION: &'static Collection;
}

/// Declares a noun: its id, its struct, and its row in the collection table.
macro_rules! noun {
    (
        $(#[$doc:meta])*
        $name:ident ($id:ident) = $collection:literal {
            roots: [$($root_field:literal => $root:literal),* $(,)?],
            read: $read:ident, write: $write:ident, append_only: $append:literal,
        }
        $( $(#[$field_doc:meta])* $field:ident : $kind:ident $(in $unit:literal)? $(guarded $mask:ident)? $(only $only:ident)? ,)*
    ) => {
        $crate::id::id!(
            #[doc = concat!("The id of a `", $collection, "` record.")]
            $id
        );

        impl From<$id> for $crate::RecordId {
            fn from(id: $id) -> Self {
                $crate::RecordId::from_uuid(*id.as_uuid())
            }
        }

        impl From<$crate::RecordId> for $id {
            fn from(id: $crate::RecordId) -> Self {
                $id::from_uuid(*id.as_uuid())
            }
        }

        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[serde(default)]
        #[ts(export_to = "nouns.ts", optional_fields)]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<$crate::nouns::kind!(rust $kind)>,
            )*
        }

        impl $crate::nouns::Noun for $name {
            const COLLECTION: &'static $crate::Collection = $name::COLLECTION;
        }

        impl $name {
            pub const COLLECTION: &'static $crate::Collection = &$crate::Collection {
                name: $collection,
                fields: &[$($crate::Field {
                    name: stringify!($field),
                    kind: $crate::nouns::kind!(kind $kind),
                    unit: $crate::nouns::kind!(unit $field $($unit)?),
                    guard: $crate::nouns::kind!(guard $($mask)?),
                    only: $crate::nouns::kind!(only $($only)?),
                },)*],
                roots: &[$($crate::collection::Root { field: $root_field, collection: $root },)*],
                read: $crate::role::Roles::$read,
                write: $crate::role::Roles::$write,
                append_only: $append,
            };
        }
    };
}

/// What a field's kind means in Rust and in the table.
macro_rules! kind {
    (rust text) => { String };
    (rust int) => { i64 };
    (rust fen) => { $crate::Fen };
    (rust quantity) => { $crate::Quantity };
    (rust flag) => { bool };
    (rust id) => { $crate::RecordId };
    (rust texts) => { Vec<String> };
    (rust json) => { serde_json::Value };
    (kind text) => { $crate::Kind::Text };
    (kind int) => { $crate::Kind::Int };
    (kind fen) => { $crate::Kind::Int };
    (kind quantity) => { $crate::Kind::Int };
    (kind flag) => { $crate::Kind::Flag };
    (kind id) => { $crate::Kind::Ref };
    (kind texts) => { $crate::Kind::Json };
    (kind json) => { $crate::Kind::Json };
    (unit $field:ident) => { stringify!($field) };
    (unit $field:ident $unit:literal) => { $unit };
    (guard) => { None };
    (guard $mask:ident) => { Some($crate::mask::Mask::$mask) };
    (only) => { None };
    (only $roles:ident) => { Some($crate::role::Roles::$roles) };
}

pub(crate) use {kind, noun};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_name_collections_and_fields_that_exist() {
        for collection in ALL {
            for root in collection.roots {
                assert!(
                    collection.field(root.field).is_some(),
                    "{}.{}",
                    collection.name,
                    root.field
                );
                assert!(Collection::find(root.collection).is_some(), "{}", root.collection);
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = ALL.iter().map(|collection| collection.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
