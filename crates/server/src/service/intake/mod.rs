//! Sales from another till system, over HTTP: who may bring them, and how they become records under the
//! workspace's lock, numbered, placed and told of like rows that a device pushes.

mod desk;
mod rules;
mod take;

use serde::{Deserialize, Serialize};
use shuke_domain::{
    HybridClock, RecordId,
    code::{Code, Failure},
    intake::{self, ForeignSale, Origin},
    wire::Number,
};
use shuke_exchange::{Problem, intake::House};
use subtle::ConstantTimeEq;

use self::{desk::Desk, rules::Rules, take::Take};
use super::{
    Service, hash, locked,
    person::tidy_name,
    present,
    reach::may_change,
    scoping::{self, Moved},
};
use crate::{
    Refused,
    database::{Change, IntakeToken, Stored, Tx, WorkspaceRow},
};

/// The most sales that one request may bring.
pub const INTAKE_LIMIT: usize = 1_000;

/// How many are written in one transaction: whoever else writes waits for one of them at most.
const SLICE: usize = 100;

/// How many records are read at once to learn what they are found by.
const PAGE: i64 = 1_000;

/// What became of one sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Its place among those that were sent, counted as the format counts.
    pub row: u64,
    pub sale_no: Option<String>,
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RecordId>,
    /// Why it failed, and the field that is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Created,
    /// Was there already; nothing changed, but for the customer who may have been found now.
    Unchanged,
    /// Is in, and names a phone or a card that nobody here has.
    Unmatched,
    Failed,
}

/// The answer to a request: one entry for each sale, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeReply {
    pub created: usize,
    pub unchanged: usize,
    pub unmatched: usize,
    pub failed: usize,
    pub sales: Vec<Taken>,
}

/// A token that was just made: the only time it is shown.
#[derive(Debug)]
pub struct MadeToken {
    pub token: String,
    pub row: IntakeToken,
}

impl Service {
    /// Makes a token for another till system.
    pub async fn add_intake_token(
        &self,
        name: &str,
        source: Option<&str>,
        store: Option<&str>,
    ) -> Result<MadeToken, Refused> {
        let name = tidy_name(name)?;
        let source = intake::tidy_name(source.unwrap_or(intake::DEFAULT_NAME));
        let source =
            source.ok_or_else(|| Failure::new(Code::FieldInvalid).with("field", "source"))?;
        if name.is_empty() {
            return Err(Failure::new(Code::FieldInvalid).with("field", "name").into());
        }
        let mut tx = self.database.write().await?;
        locked(&mut tx).await?;
        if tx
            .intake_tokens()
            .await?
            .iter()
            .any(|token| token.name == name && token.removed_at.is_none())
        {
            return Err(Failure::new(Code::FieldInvalid).with("field", "name").into());
        }
        let store_id = match store {
            Some(store) => Some(
                desk::store_named(&mut tx, store)
                    .await?
                    .ok_or_else(|| Failure::new(Code::StoreNotFound).with("name", store))?,
            ),
            None => None,
        };
        let token = self.token()?;
        let row = IntakeToken {
            id: self.fresh_record_id()?,
            name,
            source,
            store_id,
            token_hash: hash(token.as_bytes()),
            created_at: self.now(),
            used_at: None,
            removed_at: None,
        };
        tx.insert_intake_token(&row).await?;
        learn_words(&mut tx).await?;
        tx.commit().await?;
        Ok(MadeToken { token, row })
    }

    /// Those that are good.
    pub async fn intake_tokens(&self) -> Result<Vec<IntakeToken>, Refused> {
        let mut tx = self.database.read().await?;
        let mut tokens = tx.intake_tokens().await?;
        tx.commit().await?;
        tokens.retain(|token| token.removed_at.is_none());
        Ok(tokens)
    }

    pub async fn remove_intake_token(&self, name: &str) -> Result<(), Refused> {
        let mut tx = self.database.write().await?;
        locked(&mut tx).await?;
        let mut tokens = tx.intake_tokens().await?;
        tokens.retain(|token| token.name == name.trim() && token.removed_at.is_none());
        let Some(token) = tokens.first() else {
            return Err(Failure::new(Code::IntakeTokenNotFound).with("name", name).into());
        };
        tx.remove_intake_token(token.id, self.now()).await?;
        tx.commit().await
    }

    /// The other till system that a token belongs to.
    pub async fn intake_token_of(&self, token: &str) -> Result<IntakeToken, Refused> {
        let hash = hash(token.as_bytes());
        let mut tx = self.database.read().await?;
        let found = tx.intake_token_by_hash(&hash).await?;
        tx.commit().await?;
        let good =
            |row: &IntakeToken| row.token_hash.ct_eq(&hash).into() && row.removed_at.is_none();
        found.filter(good).ok_or_else(|| Code::TokenUnknown.into())
    }

    /// What a text of sales does not say, for whoever reads one.
    pub async fn intake_house(&self) -> Result<House, Refused> {
        let mut tx = self.database.read().await?;
        let workspace = present(&mut tx).await?;
        let rules = Rules::read(&mut tx, &workspace).await?;
        tx.commit().await?;
        Ok(House { region: rules.region, calendar: rules.calendar })
    }

    /// Takes in sales. Each slice of them is a transaction of its own; what is sent again is there already.
    pub async fn take_in_sales(
        &self,
        token: &IntakeToken,
        tale: shuke_exchange::intake::Tale,
    ) -> Result<IntakeReply, Refused> {
        if tale.sales.len() > INTAKE_LIMIT {
            return Err(Failure::new(Code::RequestTooLarge).with("limit", INTAKE_LIMIT).into());
        }
        let mut answers: Vec<Taken> = Vec::with_capacity(tale.sales.len());
        let mut sales: Vec<(usize, ForeignSale)> = Vec::with_capacity(tale.sales.len());
        for told in tale.sales {
            let place = answers.len();
            let failed = |problem: &Problem| {
                (Some(problem.code.as_str().to_owned()), Some(problem.column.clone()))
            };
            let (code, field) = told.sale.as_ref().err().map(failed).unwrap_or_default();
            answers.push(Taken {
                row: told.row,
                sale_no: told.number,
                outcome: Outcome::Failed,
                id: None,
                code,
                field: field.filter(|field| !field.is_empty()),
            });
            sales.extend(told.sale.ok().map(|sale| (place, sale)));
        }
        sales.sort_by(|(_, one), (_, other)| intake::in_time(one, other));
        for slice in sales.chunks(SLICE) {
            for (place, (outcome, id, code)) in self.take_slice(token, slice).await? {
                if let Some(answer) = answers.get_mut(place) {
                    (answer.outcome, answer.id) = (outcome, id);
                    answer.code = code.map(str::to_owned);
                }
            }
        }
        let count = |outcome| answers.iter().filter(|answer| answer.outcome == outcome).count();
        Ok(IntakeReply {
            created: count(Outcome::Created),
            unchanged: count(Outcome::Unchanged),
            unmatched: count(Outcome::Unmatched),
            failed: count(Outcome::Failed),
            sales: answers,
        })
    }

    async fn take_slice(
        &self,
        token: &IntakeToken,
        slice: &[(usize, ForeignSale)],
    ) -> Result<Vec<(usize, take::Answer)>, Refused> {
        let mut tx = self.database.write().await?;
        let mut workspace = locked(&mut tx).await?;
        // Read again under the lock: it may have been removed since the request came in.
        let token = tx.intake_token_by_hash(&token.token_hash).await?;
        let token = token.filter(|token| token.removed_at.is_none()).ok_or(Code::TokenUnknown)?;
        learn_words(&mut tx).await?;
        let now = self.now();
        let rules = Rules::read(&mut tx, &workspace).await?;
        let clock = HybridClock::resume(workspace.clock);
        let mut take = Take {
            origin: Origin::new(workspace.id, &token.source),
            store: token.store_id,
            author: token.id,
            rules: &rules,
            now,
            desk: Desk::new(&mut tx, (workspace.device, clock), now),
        };
        let mut answers = Vec::with_capacity(slice.len());
        for (place, sale) in slice {
            answers.push((*place, take.one(sale).await?));
        }
        let (rows, changes, clock) = take.desk.closed();
        let moved = self.enter_all(&mut tx, &mut workspace, rows, changes).await?;
        tx.set_clock(clock).await?;
        tx.used_intake_token(token.id, now).await?;
        tx.commit().await?;
        if let Some((moved, more)) = moved {
            self.announce_moved(&workspace, &moved).await;
            if more {
                self.work.notify_one();
            }
        }
        Ok(answers)
    }

    /// Writes records that the server brings in, each under its number, where they belong.
    async fn enter_all(
        &self,
        tx: &mut Tx,
        workspace: &mut WorkspaceRow,
        mut rows: Vec<Stored>,
        mut changes: Vec<Change>,
    ) -> Result<Option<(Moved, bool)>, Refused> {
        if rows.is_empty() {
            return Ok(None);
        }
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let last = tx.take_numbers(count, Some(&self.nonce()?)).await?;
        for (offset, row) in (1..).zip(&mut rows) {
            row.number = Number(last.0 - count + offset);
        }
        for change in &mut changes {
            let of = |row: &&Stored| row.record.id == change.key.1;
            change.number = rows.iter().find(of).map_or(last, |row| row.number);
        }
        self.append(tx, changes).await?;
        let written: Vec<&Stored> = rows.iter().collect();
        tx.write_records(&written).await?;
        let mut moved = Moved { last: Some(last), ..Moved::default() };
        scoping::place(tx, &workspace.scoping, &written, &mut moved).await?;
        let more = scoping::work(tx, workspace, &mut moved).await?;
        let collections = rows.iter().map(|row| &*row.record.collection);
        moved.changed |= may_change(&workspace.scoping, collections);
        Ok(Some((moved, more)))
    }
}

/// Learns once what all records are found by; from then on each says so when it is written.
async fn learn_words(tx: &mut Tx) -> Result<(), Refused> {
    if tx.looks_up().await? {
        return Ok(());
    }
    let mut after = (String::new(), 0);
    loop {
        let page = tx.bodies_after(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = (last.0.clone(), last.1);
        let mut records = Vec::with_capacity(page.len());
        for (_, _, _, _, body) in &page {
            records.push(serde_json::from_str(body)?);
        }
        tx.note_words(&records.iter().collect::<Vec<_>>()).await?;
    }
    tx.look_up_from_now().await
}
