//! `GET /metrics`: counts and times in Prometheus' text form. No person, device or value is in it.

use std::{sync::atomic::AtomicI64, time::Duration};

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};
use shuke_domain::wire::{RowAnswer, RowOutcome};

use super::Shared;
use crate::Refused;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answer {
    path: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Path {
    path: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// What is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Answer, Counter>,
    seconds: Family<Path, Histogram>,
    pushed: Family<Outcome, Counter>,
    pulled: Counter,
    enrolled: Counter,
    turned_away: Counter,
    streams: Gauge,
}

/// One open event stream, counted as long as it lives.
#[derive(Debug)]
pub(super) struct Open(Gauge<i64, AtomicI64>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("shuke");
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| {
                Histogram::new(exponential_buckets(0.001, 2.0, 15))
            }),
            pushed: Family::default(),
            pulled: Counter::default(),
            enrolled: Counter::default(),
            turned_away: Counter::default(),
            streams: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("requests", "Requests answered", metrics.requests.clone());
        registry.register("request_seconds", "Time to an answer", metrics.seconds.clone());
        registry.register(
            "pushed_rows",
            "Rows pushed, by what became of them",
            metrics.pushed.clone(),
        );
        registry.register("pulled_rows", "Rows given out", metrics.pulled.clone());
        registry.register("enrolments", "Devices let in", metrics.enrolled.clone());
        registry.register(
            "turned_away",
            "Requests without a good token",
            metrics.turned_away.clone(),
        );
        registry.register("event_streams", "Open event streams", metrics.streams.clone());
        Self { registry, ..metrics }
    }

    pub(super) fn answered(&self, path: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&Answer { path, status }).inc();
        self.seconds.get_or_create(&Path { path }).observe(took.as_secs_f64());
    }

    pub(super) fn pushed(&self, rows: &[RowAnswer]) {
        for row in rows {
            let outcome = match row.outcome {
                RowOutcome::Applied => "applied",
                RowOutcome::Merged => "merged",
                RowOutcome::Denied => "denied",
                RowOutcome::PutAside => "put_aside",
                RowOutcome::Unknown => continue,
            };
            self.pushed.get_or_create(&Outcome { outcome }).inc();
        }
    }

    pub(super) fn pulled(&self, rows: u64) {
        self.pulled.inc_by(rows);
    }

    pub(super) fn enrolled(&self) {
        self.enrolled.inc();
    }

    pub(super) fn turned_away(&self) {
        self.turned_away.inc();
    }

    pub(super) fn open_stream(&self) -> Open {
        self.streams.inc();
        Open(self.streams.clone())
    }
}

pub(super) async fn metrics(State(shared): State<Shared>) -> Result<Response, Refused> {
    let mut body = String::new();
    text::encode(&mut body, &shared.metrics.registry).map_err(Refused::internal)?;
    let kind =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}
