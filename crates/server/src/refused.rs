//! Why the server said no: a rule that its caller may hear of, or a fault that only the log may.

use std::error::Error;

use shuke_domain::{
    code::{Code, Failure},
    wire::Refusal,
};
use shuke_keys::KeyError;

/// A refusal by rule, or a fault beneath.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("{0}")]
    Rule(#[from] Failure),
    #[error("database")]
    Database(#[from] sqlx::Error),
    #[error("migration")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("{0}")]
    Key(#[from] KeyError),
    #[error("internal")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl Refused {
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// The code by its stable name; the sentences are in the locales.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rule(failure) => failure.code.as_str(),
            Self::Database(error) => database_code(error).as_str(),
            Self::Migration(error) => migration_code(error).as_str(),
            Self::Key(error) => error.code(),
            Self::Internal(_) => Code::Internal.as_str(),
        }
    }

    /// Whether it is our fault, and so worth a line in the log.
    pub fn is_fault(&self) -> bool {
        !matches!(self, Self::Rule(_))
    }

    /// What may be told: the code and what it speaks of, never the cause.
    pub fn told(&self) -> Refusal {
        let params = match self {
            Self::Rule(failure) => failure.params.clone(),
            Self::Key(error) => error
                .params()
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect(),
            _ => serde_json::Map::new(),
        };
        Refusal { code: self.code().to_owned(), params }
    }
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        Self::Rule(Failure::new(code))
    }
}

impl From<serde_json::Error> for Refused {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        Self::internal(error)
    }
}

fn database_code(error: &sqlx::Error) -> Code {
    if matches!(error, sqlx::Error::PoolTimedOut) {
        return Code::DatabaseBusy;
    }
    let code = error.as_database_error().and_then(|error| error.code());
    match code.as_deref() {
        // SQLite's primary codes, then PostgreSQL's classes.
        Some("5" | "261" | "517" | "40001" | "40P01" | "57P03" | "53300") => Code::DatabaseBusy,
        Some("13" | "53100") => Code::DiskFull,
        Some("11" | "XX001" | "XX002") => Code::DatabaseDamaged,
        Some("26") => Code::DatabaseWrongKey,
        _ => Code::Internal,
    }
}

fn migration_code(error: &sqlx::migrate::MigrateError) -> Code {
    use sqlx::migrate::MigrateError;
    match error {
        MigrateError::Execute(error) => database_code(error),
        MigrateError::VersionMissing(_) => Code::DatabaseNewer,
        MigrateError::VersionMismatch(_) => Code::DatabaseForeign,
        _ => Code::Internal,
    }
}
