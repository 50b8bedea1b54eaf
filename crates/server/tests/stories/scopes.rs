//! Stories of who sees what: places, moving, and what devices may pull.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use shuke_domain::{
    Record, RecordId, Role, Scope,
    nouns::{Customer, Interaction, Person, Sale, SaleLine, Store, Workspace},
    wire::{LeftRow, Nudge, Number, PROTOCOL, Protocol, PullReply, PullRequest, PushRow},
};

use crate::bench::{Bench, NOW, Till, on_each};

const HERE: u128 = 0xa;
const THERE: u128 = 0xb;

fn id(bits: u128) -> RecordId {
    RecordId::from_u128(bits)
}

/// An owner with two stores, 甲店 and 乙店.
async fn chain(bench: &Bench) -> Till<'_> {
    let owner = bench.owner().await;
    owner
        .push(vec![
            workspace(&owner, NOW, "everyone"),
            owner.row::<Store>(HERE, NOW, &[("name", json!("甲店"))]),
            owner.row::<Store>(THERE, NOW, &[("name", json!("乙店"))]),
        ])
        .await
        .unwrap();
    owner
}

fn workspace(till: &Till<'_>, millis: u64, visibility: &str) -> PushRow {
    let mut row = till.row::<Workspace>(
        0,
        millis,
        &[("visibility", json!(visibility)), ("share_ownerless", json!(true))],
    );
    row.record.id = till.reply.workspace_id;
    row
}

async fn narrow(owner: &Till<'_>, millis: u64, visibility: &str) {
    owner.push(vec![workspace(owner, millis, visibility)]).await.unwrap();
    while owner.bench.service.rescope().await.unwrap() {}
}

async fn join<'a>(bench: &'a Bench, role: Role, store: &str, device: u128) -> Till<'a> {
    let invited = bench.service.invite(role, Some(store)).await.unwrap();
    bench.enrol(invited.secret.as_str(), device, None).await.unwrap()
}

async fn pull(
    till: &Till<'_>,
    scope: &Scope,
    after: Number,
    limit: usize,
) -> Result<PullReply, String> {
    let request = PullRequest {
        protocol: PROTOCOL,
        epoch: None,
        scope: scope.clone(),
        after,
        mark: None,
        stood: None,
        limit,
    };
    match till.bench.service.pull(&till.row, &request).await {
        Ok(page) => Ok(serde_json::from_str(&page.to_json().unwrap()).unwrap()),
        Err(refused) => Err(refused.code().to_owned()),
    }
}

/// The scopes of a device as the server tells them.
async fn scopes(till: &Till<'_>) -> Vec<Scope> {
    let told: Vec<Nudge> = till.bench.service.standing_of(&till.row).await.unwrap();
    told.into_iter().map(|told| told.scope).collect()
}

/// A device that pulls: where each scope stands, and what it holds through which.
#[derive(Default)]
struct Replica {
    cursors: BTreeMap<Scope, Number>,
    held: BTreeMap<(String, RecordId), BTreeSet<Scope>>,
}

impl Replica {
    async fn sync(&mut self, till: &Till<'_>, limit: usize) {
        let scopes = scopes(till).await;
        self.cursors.retain(|scope, _| scopes.contains(scope));
        for held in self.held.values_mut() {
            held.retain(|scope| scopes.contains(scope));
        }
        for scope in scopes {
            loop {
                let after = self.cursors.get(&scope).copied().unwrap_or_default();
                let page = pull(till, &scope, after, limit).await.unwrap();
                assert!(
                    page.rows.iter().all(|row| row.number > after),
                    "the order never goes back"
                );
                for row in page.rows {
                    let key = (row.record.collection.to_string(), row.record.id);
                    self.held.entry(key).or_default().insert(scope.clone());
                }
                for LeftRow { collection, id, .. } in page.left {
                    if let Some(held) = self.held.get_mut(&(collection, id)) {
                        held.remove(&scope);
                    }
                }
                self.cursors.insert(scope.clone(), page.next);
                if page.last {
                    break;
                }
            }
        }
        self.held.retain(|_, held| !held.is_empty());
    }

    fn has(&self, collection: &str, bits: u128) -> bool {
        self.held.contains_key(&(collection.to_owned(), id(bits)))
    }
}

async fn replica(till: &Till<'_>) -> Replica {
    let mut replica = Replica::default();
    replica.sync(till, 3).await;
    replica
}

fn customer(till: &Till<'_>, bits: u128, millis: u64, store: u128) -> PushRow {
    till.row::<Customer>(bits, millis, &[("name", json!("王敏")), ("store", json!(id(store)))])
}

/// A sale of 甲店 with a line, and a note.
fn visit(till: &Till<'_>, bits: u128, of: u128) -> Vec<PushRow> {
    vec![
        till.row::<Sale>(bits, NOW, &[("customer", json!(id(of))), ("store", json!(id(HERE)))]),
        till.row::<SaleLine>(bits + 1, NOW, &[("sale", json!(id(bits)))]),
        till.row::<Interaction>(bits + 2, NOW, &[("customer", json!(id(of)))]),
    ]
}

#[test]
fn a_stores_customers_are_pulled_by_its_people_alone() {
    on_each(|bench| async move {
        let owner = chain(&bench).await;
        let here = join(&bench, Role::Counter, "甲店", 2).await;
        let there = join(&bench, Role::Counter, "乙店", 3).await;
        owner
            .push(vec![customer(&owner, 100, NOW, HERE), customer(&owner, 101, NOW, THERE)])
            .await
            .unwrap();
        owner.push(visit(&owner, 200, 100)).await.unwrap();
        assert_eq!(scopes(&here).await, [Scope::workspace()]);
        assert!(replica(&there).await.has("customer", 100), "everyone sees everyone's");

        narrow(&owner, NOW + 1, "store").await;
        assert_eq!(scopes(&owner).await, [Scope::workspace()]);
        let (mine, theirs) = (replica(&here).await, replica(&there).await);
        assert!(mine.has("customer", 100) && !mine.has("customer", 101));
        assert!(theirs.has("customer", 101) && !theirs.has("customer", 100));
        for (collection, bits) in [("sale", 200), ("sale_line", 201), ("interaction", 202)] {
            assert!(mine.has(collection, bits) && !theirs.has(collection, bits), "{collection}");
        }
        assert!(mine.has("store", THERE) && theirs.has("store", HERE), "stores are no secret");

        // What is not one's own is refused, by whichever name.
        assert_eq!(
            pull(&there, &Scope::workspace(), Number(0), 10).await.unwrap_err(),
            "scope.denied"
        );
        for scope in scopes(&here).await {
            let may = scopes(&there).await.contains(&scope);
            let answer = pull(&there, &scope, Number(0), 10).await;
            assert_eq!(answer.is_ok(), may, "{scope:?}");
        }
        let old = PullRequest {
            protocol: Protocol { major: 1, minor: 0 },
            epoch: None,
            scope: Scope::workspace(),
            after: Number(0),
            mark: None,
            stood: None,
            limit: 10,
        };
        let refused = bench.service.pull(&there.row, &old).await.unwrap_err();
        assert_eq!(refused.code(), "app.too_old");

        // There and back: everyone sees everything again, at once.
        narrow(&owner, NOW + 2, "everyone").await;
        assert_eq!(scopes(&there).await, [Scope::workspace()]);
        assert!(replica(&there).await.has("interaction", 202));
        narrow(&owner, NOW + 3, "store").await;
        let again = replica(&there).await;
        assert_eq!(again.held.keys().collect::<Vec<_>>(), theirs.held.keys().collect::<Vec<_>>());
    });
}

#[test]
fn a_customer_moves_with_all_that_hangs_on_them_and_the_till_keeps_its_sale() {
    on_each(|bench| async move {
        let owner = chain(&bench).await;
        let here = join(&bench, Role::Counter, "甲店", 2).await;
        let there = join(&bench, Role::Counter, "乙店", 3).await;
        narrow(&owner, NOW + 1, "store").await;
        owner.push(vec![customer(&owner, 100, NOW, HERE)]).await.unwrap();
        owner.push(visit(&owner, 200, 100)).await.unwrap();
        let (mut mine, mut theirs) = (replica(&here).await, replica(&there).await);
        assert!(mine.has("interaction", 202) && !theirs.has("customer", 100));

        owner
            .push(vec![owner.row::<Customer>(100, NOW + 9, &[("store", json!(id(THERE)))])])
            .await
            .unwrap();
        mine.sync(&here, 2).await;
        theirs.sync(&there, 2).await;
        assert!(!mine.has("customer", 100) && !mine.has("interaction", 202));
        assert!(mine.has("sale", 200) && mine.has("sale_line", 201), "a till keeps its own sale");
        for (collection, bits) in
            [("customer", 100), ("sale", 200), ("sale_line", 201), ("interaction", 202)]
        {
            assert!(theirs.has(collection, bits), "{collection}");
        }

        // 甲店 did not know, and edits: it counts, and the answer tells nothing of what 乙店 wrote.
        there
            .push(vec![there.row::<Customer>(100, NOW + 20, &[("remarks", json!("乙店的话"))])])
            .await
            .unwrap();
        let late = here
            .push(vec![here.row::<Customer>(100, NOW + 15, &[("habits", json!("爱喝龙井"))])])
            .await
            .unwrap();
        assert!(late.rows[0].left && late.rows[0].record.is_none(), "{:?}", late.rows[0]);
        let whole = owner.pull_all(100).await;
        let find = |bits| {
            let found = whole.iter().find(|(_, record)| record.id == id(bits));
            found.map(|(_, record)| record.clone()).unwrap()
        };
        let record: Record = find(100);
        assert_eq!(
            (record.text("habits"), record.text("remarks")),
            (Some("爱喝龙井"), Some("乙店的话"))
        );

        // And back again.
        there
            .push(vec![there.row::<Customer>(100, NOW + 30, &[("store", json!(id(HERE)))])])
            .await
            .unwrap();
        mine.sync(&here, 2).await;
        theirs.sync(&there, 2).await;
        assert!(mine.has("customer", 100) && mine.has("interaction", 202) && mine.has("sale", 200));
        assert!(!theirs.has("customer", 100) && !theirs.has("sale", 200));
    });
}

#[test]
fn a_person_who_changes_the_store_holds_the_other_one() {
    on_each(|bench| async move {
        let owner = chain(&bench).await;
        let clerk = join(&bench, Role::Counter, "甲店", 2).await;
        narrow(&owner, NOW + 1, "store").await;
        owner
            .push(vec![customer(&owner, 100, NOW, HERE), customer(&owner, 101, NOW, THERE)])
            .await
            .unwrap();
        let mut held = replica(&clerk).await;
        assert!(held.has("customer", 100) && !held.has("customer", 101));
        let mut moved = owner.row::<Person>(0, NOW + 5, &[("store", json!(id(THERE)))]);
        moved.record.id = clerk.reply.person_id;
        let mut heard = bench.service.listen();
        owner.push(vec![moved]).await.unwrap();
        let told: Vec<Nudge> = std::iter::from_fn(|| heard.try_recv().ok()).collect();
        assert!(told.iter().any(|nudge| nudge.scope.as_str() == "scopes"), "{told:?}");
        held.sync(&clerk, 10).await;
        assert!(!held.has("customer", 100) && held.has("customer", 101));
    });
}

#[test]
fn what_comes_before_its_customer_waits_with_its_device() {
    on_each(|bench| async move {
        let owner = chain(&bench).await;
        let here = join(&bench, Role::Counter, "甲店", 2).await;
        let there = join(&bench, Role::Counter, "乙店", 3).await;
        narrow(&owner, NOW + 1, "store").await;
        let note =
            |till: &Till<'_>| till.row::<Interaction>(300, NOW, &[("customer", json!(id(100)))]);
        here.push(vec![note(&here)]).await.unwrap();
        let (mut mine, mut theirs) = (replica(&here).await, replica(&there).await);
        assert!(mine.has("interaction", 300) && !theirs.has("interaction", 300));
        owner.push(vec![customer(&owner, 100, NOW, THERE)]).await.unwrap();
        mine.sync(&here, 10).await;
        theirs.sync(&there, 10).await;
        assert!(!mine.has("interaction", 300) && theirs.has("interaction", 300));
    });
}

#[test]
fn a_rep_holds_their_own_and_what_is_shared_with_them() {
    on_each(|bench| async move {
        let owner = chain(&bench).await;
        let wang = join(&bench, Role::Rep, "甲店", 2).await;
        let li = join(&bench, Role::Rep, "甲店", 3).await;
        let of = |bits, fields: &[(&str, serde_json::Value)]| {
            let mut all = vec![("store", json!(id(HERE)))];
            all.extend(fields.iter().cloned());
            owner.row::<Customer>(bits, NOW, &all)
        };
        owner
            .push(vec![
                of(100, &[("owner", json!(wang.reply.person_id))]),
                of(
                    101,
                    &[
                        ("owner", json!(li.reply.person_id)),
                        ("shared_with", json!([wang.reply.person_id])),
                    ],
                ),
                of(102, &[("owner", json!(li.reply.person_id))]),
                of(103, &[]),
            ])
            .await
            .unwrap();
        narrow(&owner, NOW + 1, "owner").await;
        let held = replica(&wang).await;
        let seen: Vec<bool> = (100..104).map(|bits| held.has("customer", bits)).collect();
        assert_eq!(seen, [true, true, false, true]);
        let mut strict = workspace(&owner, NOW + 2, "owner");
        strict.record.fields.insert("share_ownerless".into(), json!(false));
        owner.push(vec![strict]).await.unwrap();
        while bench.service.rescope().await.unwrap() {}
        assert!(!replica(&wang).await.has("customer", 103), "nobody's is the owner's");
    });
}

#[test]
fn only_the_owner_says_who_sees_what() {
    on_each(|bench| async move {
        let owner = chain(&bench).await;
        let manager = join(&bench, Role::Manager, "甲店", 2).await;
        let answer = manager.push(vec![workspace(&manager, NOW + 1, "store")]).await.unwrap();
        assert_eq!(answer.rows[0].code.as_deref(), Some("right.missing"));
        assert_eq!(scopes(&manager).await, [Scope::workspace()]);
        narrow(&owner, NOW + 2, "store").await;
        assert_ne!(scopes(&manager).await, [Scope::workspace()]);
        let answer = manager.push(vec![workspace(&manager, NOW + 3, "everyone")]).await.unwrap();
        assert_eq!(answer.rows[0].code.as_deref(), Some("right.missing"));
    });
}

/// Many customers move at once: in steps, and another server may finish what one began.
#[test]
fn a_long_tail_follows_in_steps() {
    on_each(|bench| async move {
        let owner = chain(&bench).await;
        let there = join(&bench, Role::Counter, "乙店", 3).await;
        owner.push(vec![customer(&owner, 100, NOW, HERE)]).await.unwrap();
        for round in 0..4_u128 {
            let notes = (0..900).map(|i| {
                owner.row::<Interaction>(
                    1_000 + round * 1_000 + i,
                    NOW,
                    &[("customer", json!(id(100)))],
                )
            });
            owner.push(notes.collect()).await.unwrap();
        }
        owner.push(vec![workspace(&owner, NOW + 1, "store")]).await.unwrap();
        assert_eq!(scopes(&there).await, [Scope::workspace()], "not before all is prepared");
        // Pushes go on meanwhile, and count.
        assert!(bench.service.rescope().await.unwrap());
        owner.push(vec![customer(&owner, 101, NOW, THERE)]).await.unwrap();
        while bench.service.rescope().await.unwrap() {}
        let mut theirs = replica(&there).await;
        assert!(theirs.has("customer", 101) && !theirs.has("interaction", 1_000));
        owner
            .push(vec![owner.row::<Customer>(100, NOW + 2, &[("store", json!(id(THERE)))])])
            .await
            .unwrap();
        theirs.sync(&there, 5_000).await;
        let notes = |replica: &Replica| {
            replica.held.keys().filter(|(collection, _)| collection == "interaction").count()
        };
        assert!(theirs.has("customer", 100) && notes(&theirs) < 3_600, "{}", notes(&theirs));
        while bench.service.rescope().await.unwrap() {}
        theirs.sync(&there, 5_000).await;
        assert_eq!(notes(&theirs), 3_600);
    });
}

#[test]
fn writers_and_a_reader_across_scopes_skip_nothing() {
    on_each(|bench| async move {
        let owner = chain(&bench).await;
        let reader = join(&bench, Role::Counter, "甲店", 20).await;
        narrow(&owner, NOW + 1, "store").await;
        let mut tills = Vec::new();
        for device in 2..10 {
            tills.push(join(&bench, Role::Manager, "甲店", device).await);
        }
        let writing = async {
            let writers = tills.iter().enumerate().map(|(index, till)| async move {
                for round in 0..20_u128 {
                    let bits = (index as u128 + 1) * 10_000 + round * 10;
                    // One stays, one goes, one comes back.
                    let at = NOW + u64::try_from(round).unwrap() * 10;
                    till.push(vec![
                        customer(till, bits, at, HERE),
                        customer(till, bits + 1, at, HERE),
                        customer(till, bits + 2, at, THERE),
                        till.row::<Interaction>(bits + 3, at, &[("customer", json!(id(bits + 1)))]),
                    ])
                    .await
                    .unwrap();
                    let go = |bits, store: u128| {
                        till.row::<Customer>(bits, at + 1, &[("store", json!(id(store)))])
                    };
                    till.push(vec![go(bits + 1, THERE), go(bits + 2, HERE)]).await.unwrap();
                }
            });
            futures_util::future::join_all(writers).await;
        };
        let done = std::sync::atomic::AtomicBool::new(false);
        let reading = async {
            let mut replica = Replica::default();
            loop {
                let finished = done.load(std::sync::atomic::Ordering::SeqCst);
                replica.sync(&reader, 7).await;
                if finished {
                    return replica;
                }
            }
        };
        let (_, seen) = tokio::join!(
            async {
                writing.await;
                done.store(true, std::sync::atomic::Ordering::SeqCst);
            },
            reading
        );
        let fresh = replica(&reader).await;
        assert_eq!(seen.held.keys().collect::<Vec<_>>(), fresh.held.keys().collect::<Vec<_>>());
        for index in 1..9_u128 {
            for round in 0..20_u128 {
                let bits = index * 10_000 + round * 10;
                let has = |offset| seen.has("customer", bits + offset);
                assert_eq!([has(0), has(1), has(2)], [true, false, true], "{bits}");
                assert!(!seen.has("interaction", bits + 3));
            }
        }
    });
}
