//! What can go wrong with a file, told apart by what a person can do about it.

use shuke_domain::{Code, Failure};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key does not open the file, or the file is no database of ours: SQLCipher cannot tell.
    #[error("the file does not open with this key")]
    Unreadable(#[source] sqlx::Error),
    /// A database, but not one of this product.
    #[error("the file belongs to another program")]
    Foreign,
    /// Written by a version whose file this one cannot read.
    #[error("the file needs schema {0}")]
    Newer(i64),
    #[error("a page of the file is damaged")]
    Damaged(#[source] sqlx::Error),
    #[error("the disk is full")]
    Full(#[source] sqlx::Error),
    #[error("another program holds the file")]
    Busy(#[source] sqlx::Error),
    #[error("the file cannot be written")]
    ReadOnly(#[source] sqlx::Error),
    #[error("somebody ended it")]
    Stopped,
    #[error("database")]
    Database(#[source] sqlx::Error),
    #[error("json")]
    Json(#[from] serde_json::Error),
    #[error("file")]
    File(#[from] std::io::Error),
    #[error("refused")]
    Refused(#[from] Failure),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // https://sqlite.org/rescode.html: the low byte is the primary code.
        let code = error
            .as_database_error()
            .and_then(|database| database.code())
            .and_then(|code| code.parse::<i32>().ok())
            .map(|code| code & 0xff);
        match code {
            Some(5 | 6) => Self::Busy(error),
            Some(9) => Self::Stopped,
            Some(8 | 14) => Self::ReadOnly(error),
            // SQLCipher tells of a page that it cannot decrypt as of a lack of memory (`CODEC1` in pager.c).
            Some(7 | 11) => Self::Damaged(error),
            Some(13) => Self::Full(error),
            Some(26) => Self::Unreadable(error),
            _ => Self::Database(error),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Refused(_) => {
                let StoreError::Refused(failure) = error else {
                    return Failure::new(Code::Internal);
                };
                return failure;
            }
            StoreError::Unreadable(_) => Code::DatabaseWrongKey,
            StoreError::Foreign => Code::DatabaseForeign,
            StoreError::Newer(_) => Code::DatabaseNewer,
            StoreError::Damaged(_) => Code::DatabaseDamaged,
            StoreError::Full(_) => Code::DiskFull,
            StoreError::Busy(_) => Code::DatabaseBusy,
            StoreError::Stopped => Code::WorkCancelled,
            StoreError::ReadOnly(_) | StoreError::File(_) => Code::FileUnwritable,
            StoreError::Database(_) | StoreError::Json(_) => Code::Internal,
        };
        Failure::new(code).because(error)
    }
}
