//! Stories of segments: what lies ready is what a pull would say, for those who may have it, and no longer.

use std::collections::BTreeSet;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use serde_json::json;
use shuke_domain::{
    Record, RecordId, Role, Scope,
    nouns::{Customer, Person, Store, Workspace},
    wire::{
        Number, PROTOCOL, PullReply, PullRequest, PulledRow, Segment, SegmentPage, SegmentsReply,
    },
};
use shuke_server::Service;

use crate::{
    bench::{Bench, KEY, NOW, Till, on_each},
    door::{ask, json_of, post, shared},
};

/// Rows of a segment, here.
const ROWS: usize = 4;

/// A shop of a dozen customers, numbered 2 to 13, whose segments are small.
async fn shop(bench: &Bench) -> (Till<'_>, Service) {
    let owner = bench.owner().await;
    let rows = (10..22).map(|id| {
        let phone = format!("+861380000{id:04}");
        let fields = [("name", json!(format!("客{id}"))), ("phone", json!(phone))];
        owner.row::<Customer>(id, NOW, &fields)
    });
    owner.push(rows.collect()).await.unwrap();
    (owner, bench.service.clone().with_segments_of(ROWS))
}

fn request(scope: &Scope, after: Number) -> PullRequest {
    PullRequest {
        protocol: PROTOCOL,
        epoch: None,
        scope: scope.clone(),
        after,
        mark: None,
        stood: None,
        limit: ROWS,
    }
}

/// What is listed once everything that is asked for lies ready.
async fn listed(service: &Service, till: &Till<'_>, scope: &Scope, after: i64) -> SegmentsReply {
    let wanted = PullRequest { limit: 0, ..request(scope, Number(after)) };
    service.segments(&till.row, &wanted).await.unwrap();
    while service.stock().await.unwrap() {}
    service.segments(&till.row, &wanted).await.unwrap()
}

async fn opened(
    service: &Service,
    till: &Till<'_>,
    scope: &Scope,
    segment: &Segment,
) -> SegmentPage {
    let packed = service.segment(&till.row, scope, &segment.digest).await.unwrap();
    assert_eq!((packed.body.len() as u64, packed.rows), (segment.length, segment.rows));
    let text = zstd::bulk::decompress(&packed.body, 1_000_000).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// Everything of a scope by segments, each held against the page of a pull; and the tail.
async fn read(service: &Service, till: &Till<'_>, scope: &Scope) -> Vec<PulledRow> {
    let (mut after, mut all) = (Number(0), Vec::new());
    for segment in listed(service, till, scope, 0).await.segments {
        let page = opened(service, till, scope, &segment).await;
        let pulled = pull(service, till, scope, segment.after).await;
        assert_eq!((&page.rows, &page.left), (&pulled.rows, &pulled.left));
        assert_eq!((segment.next, &segment.mark), (pulled.next, &pulled.mark));
        assert!(segment.after <= after && segment.next > after);
        after = segment.next;
        all.extend(page.rows);
    }
    let tail = pull(service, till, scope, after).await;
    assert!(tail.last && tail.rows.len() <= ROWS, "the rest is less than a segment");
    all.extend(tail.rows);
    all
}

async fn pull(service: &Service, till: &Till<'_>, scope: &Scope, after: Number) -> PullReply {
    let page = service.pull(&till.row, &request(scope, after)).await.unwrap();
    serde_json::from_str(&page.to_json().unwrap()).unwrap()
}

fn names(rows: &[PulledRow]) -> Vec<&str> {
    rows.iter().filter_map(|row| row.record.text("name")).collect()
}

#[test]
fn segments_say_what_a_pull_says_and_are_built_once_for_all_who_may_have_the_same() {
    on_each(|bench| async move {
        let (owner, service) = shop(&bench).await;
        let till = bench.join(Role::Counter, 2).await;
        let whole = Scope::workspace();
        let first = service.segments(&owner.row, &request(&whole, Number(0))).await.unwrap();
        assert_eq!(first.segments.len(), 1, "the first is built while it is asked for");
        let all = read(&service, &owner, &whole).await;
        assert_eq!(all.len(), owner.pull_all(100).await.len());

        let list = listed(&service, &till, &whole, 0).await;
        assert_eq!(list.segments, listed(&service, &owner, &whole, 0).await.segments);
        assert_eq!(list.segments[0], first.segments[0], "and there it lies");
        assert_eq!(list.segments.len(), 3);
        // From any place on, with no gap; beyond the last there is nothing.
        let from = |after| listed(&service, &till, &whole, after);
        assert_eq!(from(list.segments[0].next.0 + 1).await.segments, list.segments[1..]);
        assert_eq!(from(list.segments[2].next.0).await.segments, []);
        // As many as were asked for.
        let wanted = PullRequest { limit: 2, ..request(&whole, Number(0)) };
        assert_eq!(service.segments(&till.row, &wanted).await.unwrap().segments.len(), 2);
        // What is written later is in others.
        owner
            .push(
                (30..38)
                    .map(|id| owner.row::<Customer>(id, NOW, &[("name", json!("新"))]))
                    .collect(),
            )
            .await
            .unwrap();
        let more = from(0).await.segments;
        assert_eq!((more.len(), &more[..3]), (5, &list.segments[..]));
        // And after a week they go.
        bench.forward(8 * 24 * 3_600_000);
        service.prune_segments().await.unwrap();
        let gone = service.segment(&till.row, &whole, &more[0].digest).await.unwrap_err();
        assert_eq!(gone.code(), "segment.gone");
    });
}

#[test]
fn a_segment_goes_with_the_first_change_and_holds_nothing_of_who_was_erased() {
    on_each(|bench| async move {
        let (owner, service) = shop(&bench).await;
        let whole = Scope::workspace();
        let before = listed(&service, &owner, &whole, 0).await.segments;
        let holding = opened(&service, &owner, &whole, &before[1]).await;
        let erased = holding.rows[1].record.clone();
        let name = erased.text("name").unwrap().to_owned();

        let mut row = owner.row::<Customer>(10, NOW + 1, &[]);
        row.record = Record { erased: true, ..Record::empty("customer", erased.id) };
        owner.push(vec![row]).await.unwrap();
        let gone = service.segment(&owner.row, &whole, &before[1].digest).await.unwrap_err();
        assert_eq!(gone.code(), "segment.gone");
        let left = service.segments(&owner.row, &request(&whole, Number(0))).await.unwrap();
        assert_eq!(left.segments, before[..1], "the others stay");

        let all = read(&service, &owner, &whole).await;
        assert!(all.iter().any(|row| row.record.erased && row.record.id == erased.id));
        assert!(!names(&all).contains(&name.as_str()));
        // An edit, too, is nothing that lies twice.
        let edited = listed(&service, &owner, &whole, 0).await.segments;
        owner
            .push(vec![owner.row::<Customer>(10, NOW + 2, &[("name", json!("改"))])])
            .await
            .unwrap();
        assert!(service.segment(&owner.row, &whole, &edited[0].digest).await.is_err());
        assert_eq!(
            names(&read(&service, &owner, &whole).await)
                .iter()
                .filter(|name| **name == "客10")
                .count(),
            0
        );
    });
}

#[test]
fn segments_that_are_built_while_others_write_say_nothing_old() {
    on_each(|bench| async move {
        let (owner, service) = shop(&bench).await;
        let whole = Scope::workspace();
        for round in 0..24_u32 {
            // Nothing lies ready; somebody writes while it is built.
            bench.forward(8 * 24 * 3_600_000);
            service.prune_segments().await.unwrap();
            let fields = [("name", json!(format!("改{round}")))];
            let id = 10 + u128::from(round % 12);
            let row = owner.row::<Customer>(id, NOW + u64::from(round), &fields);
            let (pushed, _) =
                tokio::join!(owner.push(vec![row]), listed(&service, &owner, &whole, 0));
            pushed.unwrap();
            for segment in listed(&service, &owner, &whole, 0).await.segments {
                let page = opened(&service, &owner, &whole, &segment).await;
                let pulled = pull(&service, &owner, &whole, segment.after).await;
                assert_eq!(page.rows, pulled.rows);
            }
        }
    });
}

#[test]
fn what_a_role_may_not_hold_is_in_no_segment_that_it_gets() {
    on_each(|bench| async move {
        let (owner, service) = shop(&bench).await;
        let mut guards =
            owner.row::<Workspace>(0, NOW, &[("guards", json!({ "rep": { "phone": "hidden" } }))]);
        guards.record.id = owner.reply.workspace_id;
        owner.push(vec![guards]).await.unwrap();
        let rep = bench.join(Role::Rep, 2).await;
        let it = bench.join(Role::It, 3).await;
        let whole = Scope::workspace();
        let all = read(&service, &owner, &whole).await;
        assert_eq!(all.iter().filter(|row| row.record.text("phone").is_some()).count(), 12);

        let theirs = read(&service, &rep, &whole).await;
        assert_eq!(names(&theirs).iter().filter(|name| name.starts_with('客')).count(), 12);
        assert!(theirs.iter().all(|row| !row.record.fields.contains_key("phone")));
        assert!(
            names(&read(&service, &it, &whole).await).iter().all(|name| !name.starts_with('客'))
        );

        // Nor by the name of somebody else's.
        for segment in listed(&service, &owner, &whole, 0).await.segments {
            for till in [&rep, &it] {
                let refused = service.segment(&till.row, &whole, &segment.digest).await;
                assert_eq!(refused.unwrap_err().code(), "segment.gone");
            }
        }
        // Who may see more has other segments from then on.
        let mut promoted = owner.row::<Person>(0, NOW + 1, &[("role", json!("manager"))]);
        promoted.record.id = rep.reply.person_id;
        owner.push(vec![promoted]).await.unwrap();
        let theirs = read(&service, &rep, &whole).await;
        assert_eq!(theirs.iter().filter(|row| row.record.text("phone").is_some()).count(), 12);
    });
}

#[test]
fn who_moves_out_of_a_store_is_in_no_segment_of_it() {
    on_each(|bench| async move {
        let (owner, service) = shop(&bench).await;
        let here = RecordId::from_u128(0xa);
        let there = RecordId::from_u128(0xb);
        let store = |id, name| owner.row::<Store>(id, NOW, &[("name", json!(name))]);
        let mut setting = owner.row::<Workspace>(0, NOW, &[("visibility", json!("store"))]);
        setting.record.id = owner.reply.workspace_id;
        owner.push(vec![store(0xa, "甲店"), store(0xb, "乙店"), setting]).await.unwrap();
        while service.rescope().await.unwrap() {}
        let send = |id, millis, store: RecordId| {
            owner.row::<Customer>(id, millis, &[("store", json!(store))])
        };
        owner.push((10..22).map(|id| send(id, NOW + 1, here)).collect()).await.unwrap();

        let invited = service.invite(Role::Counter, Some("甲店")).await.unwrap();
        let till = bench.enrol(invited.secret.as_str(), 2, None).await.unwrap();
        let invited = service.invite(Role::Counter, Some("乙店")).await.unwrap();
        let other = bench.enrol(invited.secret.as_str(), 3, None).await.unwrap();
        let scopes = service.standing_of(&till.row).await.unwrap();
        let mut scopes = scopes.into_iter().map(|one| one.scope);
        let scope = scopes.find(|one| one.as_str().contains("store")).unwrap();
        let of = |rows: &[PulledRow]| {
            let customers = rows.iter().filter(|row| row.record.collection == "customer");
            customers.map(|row| row.record.id).collect::<BTreeSet<_>>().len()
        };
        assert_eq!(of(&read(&service, &till, &scope).await), 12);
        let list = listed(&service, &till, &scope, 0).await.segments;
        assert!(list.len() >= 2, "{list:?}");
        let refused = service.segment(&other.row, &scope, &list[0].digest).await.unwrap_err();
        assert_eq!(refused.code(), "scope.denied");
        let refused = service.segments(&other.row, &request(&scope, Number(0))).await.unwrap_err();
        assert_eq!(refused.code(), "scope.denied");

        let moving = opened(&service, &till, &scope, &list[0]).await.rows.remove(0).record.id;
        let id = (10..22).find(|id| RecordId::from_u128(*id) == moving).unwrap();
        owner.push(vec![send(id, NOW + 2, there)]).await.unwrap();
        assert!(service.segment(&till.row, &scope, &list[0].digest).await.is_err());
        let rows = read(&service, &till, &scope).await;
        assert!(of(&rows) == 11 && rows.iter().all(|row| row.record.id != moving));
    });
}

#[test]
fn a_restored_server_has_the_segments_of_no_other_life() {
    on_each(|bench| async move {
        let (owner, service) = shop(&bench).await;
        let whole = Scope::workspace();
        let before = listed(&service, &owner, &whole, 0).await;
        let file = bench.folder.path().join("backup.db");
        service.backup(&file, KEY).await.unwrap();
        owner
            .push(vec![owner.row::<Customer>(10, NOW + 1, &[("name", json!("后来"))])])
            .await
            .unwrap();
        listed(&service, &owner, &whole, 0).await;
        service.restore(&file, KEY).await.unwrap();
        for segment in &before.segments {
            assert!(service.segment(&owner.row, &whole, &segment.digest).await.is_err());
        }
        let old = PullRequest { epoch: Some(before.epoch), ..request(&whole, Number(0)) };
        assert_eq!(service.segments(&owner.row, &old).await.unwrap_err().code(), "sync.epoch");
        assert!(names(&read(&service, &owner, &whole).await).contains(&"客10"));
    });
}

#[test]
fn a_segment_is_sent_from_any_byte_on() {
    on_each(|bench| async move {
        let (owner, service) = shop(&bench).await;
        let whole = Scope::workspace();
        let segment = listed(&service, &owner, &whole, 0).await.segments.remove(0);
        let packed = service.segment(&owner.row, &whole, &segment.digest).await.unwrap().body;
        let (shared, _tell) = shared(&bench);
        let token = owner.reply.token.as_str();
        let get = |digest: &str, range: Option<String>| {
            let uri = format!("/v1/segment?scope=workspace&digest={digest}");
            let mut request = Request::get(uri)
                .header("authorization", format!("Bearer {token}"))
                .header("accept-encoding", "gzip, zstd");
            if let Some(range) = range {
                request = request.header("range", range);
            }
            ask(&shared, request.body(Body::empty()).unwrap())
        };
        let all = get(&segment.digest, None).await;
        assert_eq!(
            (all.status(), &all.headers()["content-type"]),
            (StatusCode::OK, &"application/zstd".parse().unwrap())
        );
        assert!(!all.headers().contains_key("content-encoding"), "its bytes are its own");
        assert_eq!(to_bytes(all.into_body(), usize::MAX).await.unwrap(), packed);
        for from in (0..packed.len()).step_by(3) {
            let part = get(&segment.digest, Some(format!("bytes={from}-"))).await;
            assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
            let range = format!("bytes {from}-{}/{}", packed.len() - 1, packed.len());
            assert_eq!(part.headers()["content-range"], range);
            assert_eq!(to_bytes(part.into_body(), usize::MAX).await.unwrap(), packed[from..]);
        }
        let beyond = get(&segment.digest, Some(format!("bytes={}-", packed.len()))).await;
        assert_eq!(json_of(beyond).await["code"], "request.invalid");
        assert_eq!(json_of(get("x", None).await).await["code"], "segment.gone");
        let nobody = Request::get("/v1/segment?scope=workspace&digest=x").body(Body::empty());
        assert_eq!(ask(&shared, nobody.unwrap()).await.status(), StatusCode::UNAUTHORIZED);
        let nothing = post("/v1/segments", Some(token), &json!({ "protocol": PROTOCOL }));
        assert_eq!(json_of(ask(&shared, nothing).await).await["code"], "request.invalid");
    });
}
