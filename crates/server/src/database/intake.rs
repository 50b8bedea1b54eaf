//! Tokens of other till systems: hashed, named, and kept also when they are removed.

use shuke_domain::RecordId;

use super::{Tx, column, id_of, millis, on};
use crate::Refused;

/// Another till system as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeToken {
    pub id: RecordId,
    pub name: String,
    pub source: String,
    pub store_id: Option<RecordId>,
    pub token_hash: Vec<u8>,
    pub created_at: u64,
    pub used_at: Option<u64>,
    pub removed_at: Option<u64>,
}

#[derive(sqlx::FromRow)]
struct Columns {
    id: Vec<u8>,
    name: String,
    source: String,
    store_id: Option<Vec<u8>>,
    token_hash: Vec<u8>,
    created_at: i64,
    used_at: Option<i64>,
    removed_at: Option<i64>,
}

fn read(row: Columns) -> Result<IntakeToken, Refused> {
    Ok(IntakeToken {
        id: id_of(&row.id)?,
        name: row.name,
        source: row.source,
        store_id: row.store_id.as_deref().map(id_of).transpose()?,
        token_hash: row.token_hash,
        created_at: millis(row.created_at),
        used_at: row.used_at.map(millis),
        removed_at: row.removed_at.map(millis),
    })
}

impl Tx {
    pub async fn insert_intake_token(&mut self, token: &IntakeToken) -> Result<(), Refused> {
        const SQL: &str = "insert into intake_token (id, name, source, store_id, token_hash, created_at) \
            values ($1, $2, $3, $4, $5, $6)";
        on!(self, c => {
            sqlx::query(SQL)
                .bind(token.id.as_bytes().as_slice())
                .bind(&token.name)
                .bind(&token.source)
                .bind(token.store_id.as_ref().map(|id| id.as_bytes().as_slice()))
                .bind(&token.token_hash)
                .bind(column(token.created_at))
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// All there ever were, the oldest first.
    pub async fn intake_tokens(&mut self) -> Result<Vec<IntakeToken>, Refused> {
        const SQL: &str = "select * from intake_token order by created_at, id";
        let rows: Vec<Columns> = on!(self, c => sqlx::query_as(SQL).fetch_all(c).await?);
        rows.into_iter().map(read).collect()
    }

    pub async fn intake_token_by_hash(
        &mut self,
        hash: &[u8],
    ) -> Result<Option<IntakeToken>, Refused> {
        const SQL: &str = "select * from intake_token where token_hash = $1";
        let row: Option<Columns> =
            on!(self, c => sqlx::query_as(SQL).bind(hash).fetch_optional(c).await?);
        row.map(read).transpose()
    }

    pub async fn remove_intake_token(&mut self, id: RecordId, at: u64) -> Result<(), Refused> {
        const SQL: &str =
            "update intake_token set removed_at = $2 where id = $1 and removed_at is null";
        on!(self, c => {
            sqlx::query(SQL).bind(id.as_bytes().as_slice()).bind(column(at)).execute(c).await?;
        });
        Ok(())
    }

    pub async fn used_intake_token(&mut self, id: RecordId, at: u64) -> Result<(), Refused> {
        const SQL: &str = "update intake_token set used_at = $2 where id = $1";
        on!(self, c => {
            sqlx::query(SQL).bind(id.as_bytes().as_slice()).bind(column(at)).execute(c).await?;
        });
        Ok(())
    }
}
