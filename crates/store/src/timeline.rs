//! One time-ordered list of everything about a customer (R12), newest first, in pages.

use shuke_domain::RecordId;

use crate::{Store, StoreError};

/// Where a page ends: the moment and the tie-breaker of its last entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    pub at: i64,
    pub id: RecordId,
}

/// One entry. `title` is what was sold, said or is to be done.
#[derive(Debug, sqlx::FromRow)]
pub struct Entry {
    pub id: Vec<u8>,
    pub kind: String,
    pub at: i64,
    pub title: Option<String>,
    pub detail: Option<String>,
    pub amount: Option<i64>,
    pub points: Option<i64>,
    pub person: Option<String>,
    pub store: Option<String>,
    pub waiting: bool,
}

/// The parts of the list; each is read by its own index and cut to the page before they are joined.
const PARTS: &[(&str, &str)] = &[
    (
        "sale",
        "select s.id, case when s.refund_of is null then 'sale' else 'refund' end as kind, s.sold_at as at,
                (select group_concat(name, '、') from (
                     select name from sale_line l where l.sale = s.id and l.deleted = 0 order by l.position)) as title,
                s.note as detail, s.total as amount, null as points, s.person as person_id, s.store as store_id, 'sale' as collection
         from sale s where s.customer = ?1 and s.deleted = 0 and (s.sold_at, s.id) < (?2, ?3)
         order by s.sold_at desc, s.id desc limit ?4",
    ),
    (
        "interaction",
        "select i.id, ifnull(i.kind, 'note') as kind, i.at, i.\"text\" as title, null as detail, null as amount,
                null as points, i.person as person_id, i.store as store_id, 'interaction' as collection
         from interaction i where i.customer = ?1 and i.deleted = 0 and (i.at, i.id) < (?2, ?3)
         order by i.at desc, i.id desc limit ?4",
    ),
    (
        "task",
        "select t.id, 'task' as kind, ifnull(t.done_at, t.created_at) as at, t.title, t.due_on as detail, null as amount,
                null as points, ifnull(t.done_by, t.assignee) as person_id, null as store_id, 'task' as collection
         from task t where t.customer = ?1 and t.deleted = 0 and (ifnull(t.done_at, t.created_at), t.id) < (?2, ?3)
         order by 3 desc, 1 desc limit ?4",
    ),
    (
        "points",
        "select e.id, 'points' as kind, e.at, e.why as title, e.kind as detail, null as amount, e.amount as points,
                e.person as person_id, null as store_id, 'ledger_entry' as collection
         from ledger_entry e where e.customer = ?1 and e.deleted = 0 and (e.at, e.id) < (?2, ?3)
         order by e.at desc, e.id desc limit ?4",
    ),
];

impl Store {
    pub async fn timeline(
        &self,
        customer: RecordId,
        kinds: Option<&[String]>,
        before: Option<&Before>,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let parts: Vec<String> = PARTS
            .iter()
            .filter(|(kind, _)| kinds.is_none_or(|kinds| kinds.iter().any(|wanted| wanted == kind)))
            .map(|(_, sql)| format!("select * from ({sql})"))
            .collect();
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "select e.id, e.kind, ifnull(e.at, 0) as at, e.title, e.detail, e.amount, e.points,
                    (select name from person where id = e.person_id) as person,
                    (select name from store where id = e.store_id) as store,
                    exists (select 1 from outbox o where o.collection = e.collection and o.id = e.id) as waiting
             from ({}) e order by e.at desc, e.id desc limit ?4",
            parts.join(" union all ")
        );
        let (at, id) = match before {
            Some(before) => (before.at, before.id.as_bytes().to_vec()),
            None => (i64::MAX, vec![0xff; 16]),
        };
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(customer.as_bytes().as_slice())
            .bind(at)
            .bind(id)
            .bind(limit)
            .fetch_all(self.readers())
            .await?)
    }

    /// How many entries of each kind a customer has.
    pub async fn timeline_counts(
        &self,
        customer: RecordId,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(sqlx::query_as(
            "select 'sale', count(*) from sale where customer = ?1 and deleted = 0
             union all select 'interaction', count(*) from interaction where customer = ?1 and deleted = 0
             union all select 'task', count(*) from task where customer = ?1 and deleted = 0
             union all select 'points', count(*) from ledger_entry where customer = ?1 and deleted = 0",
        )
        .bind(customer.as_bytes().as_slice())
        .fetch_all(self.readers())
        .await?)
    }
}
