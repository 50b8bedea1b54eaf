//! Stories at the door: HTTP as devices speak it, and the program as it is started.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Command, Stdio},
    sync::Arc,
};

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
    response::Response,
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use shuke_domain::{
    Scope,
    nouns::Customer,
    wire::{EnrolmentCode, Nudge, Number},
};
use shuke_server::http::{Shared, router};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::bench::{Bench, NOW, on_each};

pub async fn ask(shared: &Shared, request: Request<Body>) -> Response {
    router(shared.clone()).oneshot(request).await.unwrap()
}

pub fn post(path: &str, token: Option<&str>, body: &Value) -> Request<Body> {
    let mut request = Request::post(path).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Body::from(body.to_string())).unwrap()
}

pub async fn json_of(response: Response) -> Value {
    serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap()
}

pub fn shared(bench: &Bench) -> (Shared, watch::Sender<bool>) {
    let (tell, closing) = watch::channel(false);
    (Shared::new(Arc::new(bench.service.clone()), closing), tell)
}

#[test]
fn a_device_enrols_pushes_pulls_and_hears_of_it() {
    on_each(|bench| async move {
        let (shared, tell) = shared(&bench);
        let protocol = json!({ "major": 1, "minor": 7 });
        let invited = bench.service.init("熟客小店").await.unwrap();
        let enrol = json!({
            "protocol": protocol, "secret": invited.secret.as_str(), "device_id": uuid::Uuid::from_u128(1),
            "device_name": "柜台", "platform": "linux", "person_name": "王姐", "workspace": null, "newer": [1],
        });
        let reply = json_of(ask(&shared, post("/v1/enrol", None, &enrol)).await).await;
        let token = reply["token"].as_str().unwrap().to_owned();

        let events = Request::get("/v1/events").header("authorization", format!("Bearer {token}"));
        let events = ask(&shared, events.body(Body::empty()).unwrap()).await;
        assert_eq!(events.headers()["content-type"], "text/event-stream");
        let mut events = events.into_body().into_data_stream();
        let nudge = |number| Nudge { scope: Scope::workspace(), number: Number(number) };
        let line = |chunk: axum::body::Bytes| {
            let text = String::from_utf8(chunk.to_vec()).unwrap();
            assert!(text.starts_with("event: scope\n"), "{text}");
            serde_json::from_str::<Nudge>(
                text.lines().nth(1).unwrap().strip_prefix("data: ").unwrap(),
            )
            .unwrap()
        };
        assert_eq!(line(events.next().await.unwrap().unwrap()), nudge(0));

        let stamp = format!("{:016x}-{}", NOW << 16, uuid::Uuid::from_u128(1).simple());
        let push = json!({
            "protocol": protocol, "batch": uuid::Uuid::from_u128(9), "nonce": null,
            "rows": [{ "author": reply["person_id"], "record": {
                "collection": "customer", "id": uuid::Uuid::from_u128(10), "stamp": stamp,
                "fields": { "name": "王", "of_a_newer_version": { "deep": [1] } } } }],
        });
        let pushed = json_of(ask(&shared, post("/v1/push", Some(&token), &push)).await).await;
        assert_eq!(pushed["rows"][0]["outcome"], "applied", "{pushed}");
        assert_eq!(line(events.next().await.unwrap().unwrap()), nudge(1));

        let pull = json!({ "protocol": protocol, "epoch": reply["epoch"], "scope": "workspace", "after": 0, "limit": 100 });
        let mut request = post("/v1/pull", Some(&token), &pull);
        request.headers_mut().insert("accept-encoding", "zstd".parse().unwrap());
        let response = ask(&shared, request).await;
        assert_eq!(response.headers()["content-encoding"], "zstd");
        let pulled = json_of(ask(&shared, post("/v1/pull", Some(&token), &pull)).await).await;
        assert_eq!(
            pulled["rows"][0]["record"]["fields"]["of_a_newer_version"],
            json!({ "deep": [1] })
        );

        let mut other = pull.clone();
        other["epoch"] = json!(uuid::Uuid::from_u128(5));
        let refused = ask(&shared, post("/v1/pull", Some(&token), &other)).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        let refused = json_of(refused).await;
        assert_eq!(
            (&refused["code"], &refused["params"]["epoch"]),
            (&json!("sync.epoch"), &reply["epoch"])
        );

        let metrics = ask(&shared, Request::get("/metrics").body(Body::empty()).unwrap()).await;
        let metrics =
            String::from_utf8(to_bytes(metrics.into_body(), usize::MAX).await.unwrap().to_vec())
                .unwrap();
        assert!(metrics.contains("shuke_pushed_rows_total{outcome=\"applied\"} 1"), "{metrics}");
        assert!(!metrics.contains('王'));

        tell.send(true).unwrap();
        assert!(events.next().await.is_none(), "streams end when the server stops");
    });
}

#[test]
fn strangers_and_nonsense_are_refused_with_a_code() {
    on_each(|bench| async move {
        let till = bench.owner().await;
        let (shared, _tell) = shared(&bench);
        let token = till.reply.token.as_str();
        let check = async |request, status: StatusCode, code: &str| {
            let response = ask(&shared, request).await;
            assert_eq!(response.status(), status, "{code}");
            assert!(response.headers().contains_key("x-request-id"));
            assert_eq!(json_of(response).await["code"], code);
        };
        check(post("/v1/pull", None, &json!({})), StatusCode::UNAUTHORIZED, "token.unknown").await;
        check(post("/v1/pull", Some("x"), &json!({})), StatusCode::UNAUTHORIZED, "token.unknown")
            .await;
        check(
            post("/v1/push", Some(token), &json!([])),
            StatusCode::BAD_REQUEST,
            "request.invalid",
        )
        .await;
        check(post("/nowhere", Some(token), &json!({})), StatusCode::NOT_FOUND, "server.unknown")
            .await;
        let newer = json!({ "protocol": { "major": 2, "minor": 0 }, "scope": "workspace", "after": 0, "limit": 1 });
        check(
            post("/v1/pull", Some(token), &newer),
            StatusCode::UPGRADE_REQUIRED,
            "server.too_old",
        )
        .await;
        let deep = "[".repeat(5000);
        let deep = Request::post("/v1/push")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::from(deep));
        check(deep.unwrap(), StatusCode::BAD_REQUEST, "request.invalid").await;
        let large = Request::post("/v1/push").header("authorization", format!("Bearer {token}"));
        let large = large.body(Body::from(vec![b' '; 17 * 1024 * 1024])).unwrap();
        check(large, StatusCode::PAYLOAD_TOO_LARGE, "request.too_large").await;

        let mut limited = false;
        for _ in 0..100 {
            limited |=
                ask(&shared, post("/v1/pull", Some("guess"), &json!({}))).await.status() == 429;
        }
        assert!(limited, "guessing is slowed down");
        assert!(
            till.push(vec![till.row::<Customer>(1, NOW, &[("name", json!("王"))])]).await.is_ok()
        );
    });
}

#[test]
fn the_program_starts_on_nothing_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = format!("sqlite:{}", folder.path().join("server.db").display());
    let program = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shuke-server"));
        command.args(arguments).args(["--data", &data, "--key-store", "file", "--json"]);
        command.env_remove("SHUKE_SERVER_HOME").env_remove("SHUKE_LOCALE");
        command
    };
    let mut serving = program(&["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let started: Value = serde_json::from_str(&line).unwrap();
    let code: EnrolmentCode = started["code"].as_str().unwrap().parse().unwrap();
    assert_eq!(code.fingerprint, None);
    assert_eq!(started["url"], code.url.as_str());

    let address = code.url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).unwrap();
    write!(socket, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"status\":\"ok\""), "{answer}");

    // Beside the running server, and by its announced address.
    let again = program(&["init", "--workspace", "熟客小店"]).output().unwrap();
    let again: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert!(again["code"].as_str().unwrap().starts_with(&code.url));
    let refused = program(&["invite", "--role", "counter"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let refused: Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!(refused["code"], "server.not_founded");
    assert_eq!(program(&["invite", "--role", "king"]).output().unwrap().status.code(), Some(2));
    let devices = program(&["devices"]).output().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&devices.stdout).unwrap(), json!([]));

    let file = std::fs::read(folder.path().join("server.db")).unwrap();
    assert!(!file.starts_with(b"SQLite format 3"), "the file is encrypted");
    #[cfg(unix)]
    {
        let told =
            Command::new("kill").args(["-TERM", &serving.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert_eq!(serving.wait().unwrap().code(), Some(0));
    }
    #[cfg(not(unix))]
    serving.kill().unwrap();

    std::fs::remove_dir_all(folder.path().join("keys")).unwrap();
    let lost = program(&["devices"]).output().unwrap();
    let lost: Value = serde_json::from_slice(&lost.stderr).unwrap();
    assert_eq!(lost["code"], "key.missing");
}

#[test]
fn beyond_loopback_there_is_tls_and_its_fingerprint_is_in_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().display().to_string();
    let mut serving = Command::new(env!("CARGO_BIN_EXE_shuke-server"))
        .args(["serve", "--listen", "0.0.0.0:0", "--home", &home, "--key-store", "file", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let started: Value = serde_json::from_str(&line).unwrap();
    let code: EnrolmentCode = started["code"].as_str().unwrap().parse().unwrap();
    assert!(code.url.starts_with("https://") && code.fingerprint.is_some());

    // Plain HTTP gets no answer that could be taken for one.
    let port = code.url.rsplit(':').next().unwrap();
    let mut socket = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    write!(socket, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
    serving.kill().unwrap();
    serving.wait().unwrap();
}
