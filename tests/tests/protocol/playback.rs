//! A server that says what another version of it once said: recorded answers, each given once, by path and
//! in their order. To whatever it has no answer left it says what every version says to a path that it
//! does not know.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use shuke_sync::Server;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recording {
    answers: Vec<Answer>,
    /// The whole of the event stream.
    events: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    to: String,
    status: Option<u16>,
    body: Value,
}

type Left = Arc<Mutex<Recording>>;

/// Serves the recording on loopback, for as long as the runtime lives.
pub async fn play(recorded: &str) -> Server {
    let left: Left = Arc::new(Mutex::new(serde_json::from_str(recorded).unwrap()));
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let app = Router::new().fallback(answer).with_state(left);
    tokio::spawn(async move { axum::serve(socket, app).await.unwrap() });
    Server { url, fingerprint: None }
}

/// Serves one answer to everything, as large as nobody's.
pub async fn flood(megabytes: usize) -> Server {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let body = Bytes::from(vec![b' '; megabytes * 1024 * 1024]);
    let app = Router::new().fallback(async move || {
        ([(header::CONTENT_TYPE, "application/json")], body.clone()).into_response()
    });
    tokio::spawn(async move { axum::serve(socket, app).await.unwrap() });
    Server { url, fingerprint: None }
}

async fn answer(State(left): State<Left>, request: Request) -> Response {
    let path = request.uri().path();
    let mut left = left.lock().unwrap();
    if path == "/v1/events" {
        return ([(header::CONTENT_TYPE, "text/event-stream")], left.events.clone())
            .into_response();
    }
    let Some(at) = left.answers.iter().position(|answer| answer.to == path) else {
        let unknown = json!({ "code": "server.unknown", "params": {} });
        return (StatusCode::NOT_FOUND, Json(unknown)).into_response();
    };
    let Answer { status, body, .. } = left.answers.remove(at);
    (StatusCode::from_u16(status.unwrap_or(200)).unwrap(), Json(body)).into_response()
}
