//! Development only: the app's commands over HTTP on this machine, so that screens can be worked on in a browser.
//!
//! `POST /call {name, request}` answers with the reply, or with 422 and `{code, params}`; `GET /events` streams
//! `touched` and `progress`. Not part of the product: it asks nobody who they are.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore speaks to the person who started it"
)]

use std::{convert::Infallible, net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Result;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event as Message, KeepAlive},
    },
    routing::{get, post},
};
use clap::Parser;
use futures_util::{Stream, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use shuke_app::{App, Event, KeyPlace, contract::every_tag};
use tokio::{net::TcpListener, sync::broadcast::error::RecvError};
use tower_http::cors::{AllowOrigin, CorsLayer};

#[derive(Parser)]
struct Arguments {
    /// The data folder; without it one that is gone afterwards
    #[arg(long)]
    home: Option<PathBuf>,
    /// `keychain` or `file`
    #[arg(long, default_value = "file")]
    key_store: String,
    #[arg(long, default_value = "127.0.0.1:4820")]
    listen: SocketAddr,
}

#[derive(Deserialize)]
struct Call {
    name: String,
    #[serde(default)]
    request: Value,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let passing = tempfile::tempdir()?;
    let home = arguments.home.unwrap_or_else(|| passing.path().to_owned());
    let place = if arguments.key_store == "keychain" { KeyPlace::Keychain } else { KeyPlace::File };
    let app = App::open(&home, place, true).await?;
    let listener = TcpListener::bind(arguments.listen).await?;
    println!("{} on http://{}", home.display(), listener.local_addr()?);
    axum::serve(listener, routes(Arc::clone(&app))).with_graceful_shutdown(interrupted()).await?;
    Ok(app.close().await?)
}

async fn interrupted() {
    // Not hearing Ctrl-C only means being ended by force.
    let _ = tokio::signal::ctrl_c().await;
}

fn routes(app: Arc<App>) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(is_local))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE]);
    Router::new()
        .route("/call", post(call))
        .route("/events", get(events))
        .layer(cors)
        .with_state(app)
}

fn is_local(origin: &HeaderValue, _: &Parts) -> bool {
    origin.to_str().is_ok_and(|origin| {
        ["http://127.0.0.1", "http://localhost"].iter().any(|local| {
            origin.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })
    })
}

async fn call(State(app): State<Arc<App>>, Json(call): Json<Call>) -> Response {
    match shuke_app::call(&app, &call.name, call.request).await {
        Ok(reply) => Json(reply).into_response(),
        Err(failure) => {
            let mut cause = std::error::Error::source(&failure);
            eprint!("{}: {failure}", call.name);
            while let Some(error) = cause {
                eprint!(": {error}");
                cause = error.source();
            }
            eprintln!();
            (StatusCode::UNPROCESSABLE_ENTITY, Json(json!(failure))).into_response()
        }
    }
}

async fn events(
    State(app): State<Arc<App>>,
) -> Sse<impl Stream<Item = Result<Message, Infallible>>> {
    let stream = stream::unfold(app.events(), |mut events| async move {
        let message = match events.recv().await {
            Ok(Event::Touched(tags)) => named("touched", &json!(tags)),
            Ok(Event::Progress { what, done, all }) => {
                named("progress", &json!({ "what": what, "done": done, "all": all }))
            }
            Err(RecvError::Lagged(_)) => named("touched", &json!(every_tag())),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(message), events))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

fn named(event: &str, data: &Value) -> Message {
    Message::default().event(event).data(data.to_string())
}
