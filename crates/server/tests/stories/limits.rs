//! How much of anything the server takes, and whose names it believes: the table in `docs/protocol.md`.

use std::io::Read as _;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};
use shuke_domain::{
    DeviceId, FieldChange, Role,
    nouns::Customer,
    wire::{PUSH_LIMIT, PushRow, RowOutcome},
};

use crate::{
    bench::{NOW, Till, on_each},
    door::{ask, json_of, post, shared},
};

fn balloon(till: &Till<'_>, id: u128, fields: &[(&str, Value)]) -> PushRow {
    PushRow { changes: Vec::new(), ..till.raw("balloon", id, NOW, fields) }
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::from(1), |inner, _| json!([inner]))
}

#[test]
fn what_is_too_much_of_one_row_is_refused_and_the_others_stand() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        let long = "字".repeat(6_000);
        let fields: Vec<(String, Value)> =
            (0..201).map(|at| (format!("f{at}"), json!(at))).collect();
        let fields: Vec<(&str, Value)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let name = "n".repeat(65);
        let mut changes = balloon(&till, 7, &[("colour", json!("青"))]);
        changes.changes =
            vec![FieldChange { field: "colour".into(), ..FieldChange::default() }; 1_001];
        let mut deep = balloon(&till, 8, &[("colour", json!("青"))]);
        deep.changes = vec![FieldChange {
            field: "colour".into(),
            from: nested(17),
            ..FieldChange::default()
        }];
        let answer = till
            .push(vec![
                balloon(&till, 1, &[("colour", json!("x".repeat(1024 * 1024)))]),
                till.row::<Customer>(2, NOW, &[("name", json!(long))]),
                balloon(&till, 3, &[("knot", nested(17))]),
                balloon(&till, 4, &fields),
                balloon(&till, 5, &[(&name, json!(1))]),
                till.raw(&name, 6, NOW, &[]),
                changes,
                deep,
                balloon(&till, 9, &[("knot", nested(16))]),
            ])
            .await
            .unwrap();
        let codes: Vec<_> = answer.rows.iter().map(|row| row.code.as_deref()).collect();
        assert_eq!(codes[..2], [Some("request.too_large"), Some("text.too_long")]);
        assert_eq!(codes[2..8], [Some("field.invalid"); 6]);
        assert_eq!((answer.rows[8].outcome, codes[8]), (RowOutcome::Applied, None));
    });
}

#[test]
fn what_is_too_much_of_one_request_is_refused_whole() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        let (shared, _tell) = shared(&bench);
        let token = Some(till.reply.token.as_str());
        let refused = async |request, status: StatusCode, code: &str| {
            let response = ask(&shared, request).await;
            assert_eq!(
                (response.status(), json_of(response).await["code"].as_str()),
                (status, Some(code))
            );
        };
        let push = |rows: Value| {
            let protocol = json!({ "major": 1, "minor": 1 });
            json!({ "protocol": protocol, "batch": uuid::Uuid::new_v4(), "nonce": null, "rows": rows })
        };
        let row = json!(balloon(&till, 1, &[]));
        let many = push(vec![row.clone(); PUSH_LIMIT + 1].into());
        refused(post("/v1/push", token, &many), StatusCode::PAYLOAD_TOO_LARGE, "request.too_large")
            .await;
        let mut deep = row.clone();
        deep["record"]["fields"] = json!({ "knot": nested(60) });
        refused(
            post("/v1/push", token, &push(json!([deep]))),
            StatusCode::BAD_REQUEST,
            "request.invalid",
        )
        .await;

        // A few bytes that unpack to more than a body may weigh.
        let packed = zstd::encode_all(std::io::repeat(b' ').take(17 * 1024 * 1024), 3).unwrap();
        assert!(packed.len() < 64 * 1024);
        let bomb = Request::post("/v1/push")
            .header("authorization", format!("Bearer {}", till.reply.token))
            .header("content-encoding", "zstd")
            .body(Body::from(packed));
        refused(bomb.unwrap(), StatusCode::PAYLOAD_TOO_LARGE, "request.too_large").await;
        let taken = ask(&shared, post("/v1/push", token, &push(json!([row])))).await;
        assert_eq!(taken.status(), StatusCode::OK, "what was refused left nothing behind");
    });
}

#[test]
fn forged_ids_are_refused_by_every_path() {
    on_each(|bench| async move {
        let owner = bench.owner().await;
        let till = bench.join(Role::Counter, 2).await;
        let (shared, _tell) = shared(&bench);
        let token = Some(till.reply.token.as_str());
        let code = async |path: &str, mut body: Value| {
            body["protocol"] = json!({ "major": 1, "minor": 1 });
            let response = ask(&shared, post(path, token, &body)).await;
            let status = response.status();
            let said = json_of(response).await;
            assert!(status.is_client_error(), "{path}: {status} {said}");
            said["code"].as_str().unwrap().to_owned()
        };
        // In the owner's name, from a till on which the owner is not enrolled.
        let by = owner.reply.person_id;
        let invite = json!({ "by": by, "role": "owner", "store": null });
        assert_eq!(code("/v1/invite", invite).await, "author.unknown");
        for path in ["/v1/devices", "/v1/aside"] {
            assert_eq!(code(path, json!({ "by": by })).await, "author.unknown", "{path}");
        }
        let end = json!({ "by": by, "device": DeviceId::from_u128(1), "ending": "lost" });
        assert_eq!(code("/v1/devices/end", end).await, "author.unknown");
        let settle = json!({ "by": by, "key": "x", "accept": true });
        assert_eq!(code("/v1/aside/settle", settle).await, "aside.not_found");
        // Another device's name, and one's own again.
        for device in [1, 2] {
            let renew = json!({ "device_id": DeviceId::from_u128(device) });
            assert_eq!(code("/v1/renew", renew).await, "request.invalid");
        }
        // What is written in another's name, or under another device's.
        let mut author = till.row::<Customer>(10, NOW, &[("name", json!("冒名"))]);
        author.author = by;
        let mut within = till.row::<Customer>(11, NOW, &[("name", json!("冒名"))]);
        within.changes[0].author = Some(by);
        let mut device = till.row::<Customer>(12, NOW, &[("name", json!("冒名"))]);
        device.record.stamp = Some(owner.stamp(NOW));
        let answer = till.push(vec![author, within, device]).await.unwrap();
        let codes: Vec<_> = answer.rows.iter().map(|row| row.code.as_deref().unwrap()).collect();
        assert_eq!(codes, ["author.unknown", "author.unknown", "stamp.foreign"]);
        let all = owner.pull_all(100).await;
        assert!(all.iter().all(|(_, record)| record.collection == "person"));
    });
}
