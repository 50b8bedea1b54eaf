//! Identifiers. Made on the device that creates the record (UUIDv7), never by a server, so that
//! no write ever waits for one; derived (UUIDv5) only where two devices must meet on purpose.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// Declares a newtype over a UUID.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, ts_rs::TS,
        )]
        #[serde(transparent)]
        #[ts(type = "string", export_to = "nouns.ts")]
        pub struct $name(uuid::Uuid);

        impl $name {
            pub const fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }

            pub const fn from_u128(bits: u128) -> Self {
                Self(uuid::Uuid::from_u128(bits))
            }

            pub const fn as_uuid(&self) -> &uuid::Uuid {
                &self.0
            }

            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// `None` unless exactly sixteen bytes are given.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                uuid::Uuid::from_slice(bytes).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    };
}
pub(crate) use id;

id!(
    /// Any record of any collection.
    RecordId
);
id!(
    /// A replica: one data folder on one machine.
    DeviceId
);

/// The namespace of every derived id of this product.
const DERIVED: Uuid = Uuid::from_u128(0x6f1d_1c0e_7a55_5d2b_9c53_5b1d_88a2_4e10);

impl RecordId {
    /// The id that every device gives to the same combination of records, so that they meet.
    ///
    /// Derived from record ids only, never from a phone or a name: those change, and would leak.
    pub fn derived(purpose: &str, parts: &[RecordId]) -> Self {
        let mut name = purpose.as_bytes().to_vec();
        for part in parts {
            name.push(0);
            name.extend_from_slice(part.as_bytes());
        }
        Self(Uuid::new_v5(&DERIVED, &name))
    }

    /// Whether it was derived, and so may be another device's as well.
    pub fn is_derived(&self) -> bool {
        self.0.get_version_num() == 5
    }
}

/// A fresh id from time (milliseconds since 1970) and randomness that the caller provides.
pub fn fresh(millis: u64, random: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Shows the first eight digits: enough to recognise an id in a log, too few to be a secret.
#[derive(Clone, Copy)]
pub struct Short<'a>(pub &'a Uuid);

impl fmt::Debug for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.simple().to_string();
        f.write_str(text.get(text.len() - 8..).unwrap_or_default())
    }
}

/// Reads an id of any kind from text, for callers that only want to know whether it is one.
pub fn parse<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}
