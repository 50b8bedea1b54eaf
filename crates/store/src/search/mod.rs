//! The search box: one line of text, a million customers, an answer while the key is still down.
//!
//! Three steps, each of which can be read alone. [`tokens`] turns a customer into the words the
//! index holds; [`Query`] turns what was typed into alternatives over those words; [`explain`]
//! says, for a customer who was fetched, which letters matched and why. The index may propose too
//! many, never too few: what [`explain`] accepts, [`search`] finds. Both sides read names through
//! the same `name` and fold them through the same `fold`, which is what makes that promise hold.
//!
//! This is not where customers are read for display, and it knows nothing of roles: a row that the
//! person may not see is dropped by who fetches it.

mod ask;
mod email;
mod fold;
mod hit;
mod index;
mod matching;
mod name;
mod number;
mod pinyin;
mod query;
mod served;
mod sort;
mod syllable;
mod tokens;

#[cfg(test)]
mod order_tests;
#[cfg(test)]
mod recall_tests;

pub use hit::{Explanation, Field, Mark, Rank, Syllable, Why, explain};
pub use index::{
    CREATE, Candidate, create, merge, optimize, put, put_many, remove, search, settle,
};
pub use query::Query;
pub use served::{Served, load};
pub use sort::{read_aloud, sort_key};
pub use tokens::tokens;

/// What of a customer can be found, as it stands in the row.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Searchable {
    pub name: String,
    /// How the name is read where its characters do not tell.
    pub reading: Option<String>,
    /// E.164 or as it came; a mark on a number names its place in this list.
    pub phones: Vec<String>,
    pub email: Option<String>,
    pub member_no: Option<String>,
    pub company: Option<String>,
    pub tags: Vec<String>,
}
