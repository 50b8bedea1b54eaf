//! Requests to the server, as its HTTP takes them: with a good token, for the worst may sit at a till.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use serde_json::Value;
use shuke_domain::{
    Code, DeviceId,
    wire::{EnrolRequest, PROTOCOL, PushRequest, RetireRequest},
};
use shuke_server::{
    Database, Service, System,
    database::DeviceRow,
    http::{Shared, router},
};
use tempfile::TempDir;
use tokio::{runtime::Runtime, sync::watch};
use tower::ServiceExt as _;

use crate::corpus::{Target, runtime};

/// Where a body may go. `/v1/retire` is only read: it would end the device that asks.
const PATHS: [&str; 11] = [
    "/v1/enrol",
    "/v1/push",
    "/v1/pull",
    "/v1/renew",
    "/v1/history",
    "/v1/invite",
    "/v1/devices",
    "/v1/devices/end",
    "/v1/aside",
    "/v1/aside/settle",
    "/v1/intake/sales",
];

struct World {
    runtime: Runtime,
    service: Service,
    device: DeviceRow,
    token: String,
    till: String,
    nonce: Mutex<Option<String>>,
    _folder: TempDir,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let runtime = runtime();
        let folder = tempfile::tempdir().unwrap();
        let (service, device, token, till) = runtime.block_on(async {
            let file = folder.path().join("server.db");
            let database = Database::sqlite(&file, &"5a".repeat(32)).await.unwrap();
            let service = Service::new(database, Arc::new(System));
            let invited = service.init("熟客小店").await.unwrap();
            let enrolment = EnrolRequest {
                protocol: PROTOCOL,
                secret: invited.secret.as_str().into(),
                device_id: DeviceId::from_u128(1),
                device_name: "1 号柜".into(),
                platform: "linux".into(),
                person_name: "王姐".into(),
                workspace: None,
            };
            let token = service.enrol(enrolment).await.unwrap().token;
            let device = service.authenticate(&token).await.unwrap();
            let till = service.add_intake_token("till", None, None).await.unwrap().token;
            (service, device, token, till)
        });
        World { runtime, service, device, token, till, nonce: Mutex::default(), _folder: folder }
    })
}

fn target(bytes: &[u8]) {
    let world = world();
    let _ = serde_json::from_slice::<RetireRequest>(bytes);
    world.runtime.block_on(async {
        let (_tell, closing) = watch::channel(false);
        let router = router(Shared::new(Arc::new(world.service.clone()), closing));
        for path in PATHS {
            let token = if path == "/v1/intake/sales" { &world.till } else { &world.token };
            let request = Request::post(path).header("authorization", format!("Bearer {token}"));
            let request = request.body(Body::from(bytes.to_vec())).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let status = response.status();
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let said: Value = serde_json::from_slice(&body).unwrap();
            if status != StatusCode::OK {
                let code = said["code"].as_str().and_then(Code::parse);
                assert!(code.is_some_and(|code| code != Code::Internal), "{path}: {status} {said}");
            }
        }
        push_anyway(world, bytes).await;
    });
}

/// A push that can be read goes further than the nonce and the batch of before let it.
async fn push_anyway(world: &World, bytes: &[u8]) {
    let Ok(request) = serde_json::from_slice::<PushRequest>(bytes) else { return };
    let nonce = || world.nonce.lock().unwrap_or_else(PoisonError::into_inner);
    let request = PushRequest {
        protocol: PROTOCOL,
        batch: uuid::Uuid::new_v4(),
        nonce: nonce().clone(),
        rows: request.rows,
    };
    let count = request.rows.len();
    match world.service.push(&world.device, request).await {
        Ok(reply) => {
            assert_eq!(reply.rows.len(), count, "one answer for each row");
            *nonce() = Some(reply.nonce);
        }
        // The same body came by HTTP under another nonce: its batch took the turn.
        Err(refused) if refused.code() == Code::SyncCopied.as_str() => {
            panic!("the nonce that was given is not taken");
        }
        Err(refused) => assert!(!refused.is_fault(), "{refused:?}"),
    }
}

fn grown() -> Vec<(&'static str, Vec<u8>)> {
    let mb = 16 * 1024 * 1024;
    let around = |front: &str, middle: Vec<u8>, back: &str| {
        [front.as_bytes().to_vec(), middle, back.as_bytes().to_vec()].concat()
    };
    let row = r#"{"record":{"collection":"customer","id":"00000000-0000-0000-0000-00000000000a"},"author":"00000000-0000-0000-0000-000000000003"},"#;
    let push = r#"{"protocol":{"major":1,"minor":1},"batch":"00000000-0000-0000-0000-000000000009","nonce":null,"rows":["#;
    let field = r#"{"record":{"collection":"balloon","id":"00000000-0000-0000-0000-00000000000a","fields":{"a":""#;
    vec![
        ("sixteen million brackets", b"[".repeat(mb)),
        ("sixteen million maps", br#"{"a":"#.repeat(mb / 5)),
        ("more than a body may weigh", vec![b' '; mb + 1]),
        ("more rows than a push may carry", around(push, row.repeat(2_000).into_bytes(), "{}]}")),
        (
            "one value as large as a body",
            around(
                &format!("{push}{field}"),
                vec![b'x'; mb - 512],
                "\"}},\"author\":\"00000000-0000-0000-0000-000000000003\"}]}",
            ),
        ),
        ("a number of a million digits", around("{\"limit\":", vec![b'9'; 1_000_000], "}")),
        ("a million escapes", around("\"", br"\ud83d".repeat(1_000_000), "\"")),
    ]
}

#[test]
fn no_request_breaks_the_server() {
    Target {
        name: "request",
        run: target,
        grown,
        words: &[
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "null",
            "true",
            "-1",
            "0",
            "1e400",
            "9223372036854775807",
            "18446744073709551616",
            "\\ud800",
            "\\u0000",
            "\u{feff}",
            "\"rows\":",
            "\"record\":",
            "\"fields\":",
            "\"life\":",
            "\"exceptions\":",
            "\"changes\":",
            "\"erased\":true",
            "\"collection\":\"conflict\"",
            "\"collection\":\"person\"",
            "\"collection\":\"workspace\"",
            "\"collection\":\"sale\"",
            "\"stamp\":\"ffffffffffffffff-00000000000000000000000000000001\"",
            "\"deleted\"",
            "\"offered\":true",
            "\"major\":1",
        ],
        within: Duration::from_secs(30),
        memory: 512,
    }
    .attack();
}
