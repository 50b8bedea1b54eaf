//! Who brought whom (R53): credited once, at the first purchase of who was brought, and never to oneself.

use shuke_domain::{
    Failure, RecordId,
    nouns::{Currency, Customer, LedgerEntry, LedgerEntryId},
};
use shuke_store::{Write, customer::File};

use crate::{Session, session::Rules};

/// Writes the credit beside a sale, where one is due. Its id follows from who was brought: two tills that sell
/// to them apart credit it once.
pub(crate) async fn credit(
    session: &Session,
    write: &mut Write,
    rules: &Rules,
    buyer: Option<&File>,
    at: i64,
) -> Result<(), Failure> {
    let Some(buyer) = buyer else { return Ok(()) };
    let brought = buyer.stored.record.id;
    let Some(referrer) = buyer.stored.record.reference("referred_by") else { return Ok(()) };
    let Some(rule) = rules.earn.in_force(at) else { return Ok(()) };
    if referrer == brought || rule.terms.referral == 0 || buyer.totals.sales > 0 {
        return Ok(());
    }
    let known = write.find(Customer::COLLECTION, referrer).await.ok().flatten();
    if known.is_none_or(|known| known.record.is_deleted()) {
        return Ok(());
    }
    let id: RecordId = LedgerEntryId::referral(brought).into();
    if write.find(LedgerEntry::COLLECTION, id).await?.is_some() {
        return Ok(());
    }
    let entry = LedgerEntry {
        customer: Some(referrer),
        currency: Some(Currency::Points.as_str().to_owned()),
        kind: Some("referral".to_owned()),
        amount: Some(rule.terms.referral),
        earn_rule: Some(rule.id),
        referred: Some(brought),
        why: buyer.stored.record.text("name").map(str::to_owned),
        person: Some(session.person()),
        at: Some(at),
        ..LedgerEntry::default()
    };
    write.create(&entry, id, session.author()).await?;
    Ok(())
}
