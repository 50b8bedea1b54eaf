//! What a thing is, what may happen to it, how two versions of it merge, and who may see it.
//!
//! Pure: no clock, no disk, no network, no randomness. Time and ids are handed in, so that the
//! window, the server, the importer and the simulation all reach the same verdict.

pub mod activity;
pub mod authority;
pub mod birthday;
pub mod clock;
pub mod code;
pub mod collection;
pub mod conflict;
pub mod coupon;
pub mod day;
pub mod draw;
pub mod earn;
pub mod edit;
pub mod history;
pub mod id;
pub mod intake;
pub mod lease;
pub mod ledger;
pub mod mask;
pub mod money;
pub mod mutant;
pub mod nouns;
pub mod offer;
pub mod parting;
pub mod phone;
pub mod pin;
pub mod points;
pub mod price;
pub mod record;
pub mod revocation;
pub mod reward;
pub mod rights;
pub mod role;
pub mod scope;
pub mod tier;
pub mod wire;

pub use clock::{Clock, HybridClock, Stamp};
pub use code::{Code, Failure};
pub use collection::{Collection, Field, Kind};
pub use edit::{Edit, FieldChange};
pub use id::{DeviceId, RecordId};
pub use money::{Fen, Quantity};
pub use mutant::Mutant;
pub use record::{Life, Record};
pub use rights::{Eyes, Guards, Sight};
pub use role::{Role, Roles};
pub use scope::Scope;
