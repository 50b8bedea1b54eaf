//! What happens without being asked for, on its way to the screens: `touched` (tags) and `progress`.
//!
//! The first of a burst goes at once, so that a saved sale shows at once; what follows is gathered, so that an
//! import of a million rows does not make the screens ask a million times.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::Serialize;
use shuke_app::{Event, contract::every_tag};
use tauri::{AppHandle, Emitter as _};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, timeout_at},
};

/// The least time between two messages.
const REST: Duration = Duration::from_millis(200);

/// How far long work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Progress {
    what: &'static str,
    done: u64,
    all: u64,
}

/// What came since the last message: each tag once, of each work only the latest.
#[derive(Debug, Default)]
struct Burst {
    tags: BTreeSet<String>,
    progress: BTreeMap<&'static str, Progress>,
}

impl Burst {
    fn add(&mut self, event: Event) {
        match event {
            Event::Touched(tags) => self.tags.extend(tags),
            Event::Progress { what, done, all } => {
                self.progress.insert(what, Progress { what, done, all });
            }
        }
    }

    /// Some were missed: whatever can be read may have changed.
    fn add_everything(&mut self) {
        self.tags.extend(every_tag());
    }

    fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.progress.is_empty()
    }
}

/// Sends on until the app is gone.
pub(crate) async fn tell(window: AppHandle, events: Receiver<Event>) {
    gather(events, |burst| {
        let mut sent = Ok(());
        for progress in burst.progress.values() {
            sent = sent.and(window.emit("progress", progress));
        }
        if !burst.tags.is_empty() {
            sent = sent.and(window.emit("touched", &burst.tags));
        }
        if let Err(error) = sent {
            tracing::warn!(%error, "the screens were not told");
        }
    })
    .await;
}

async fn gather(mut events: Receiver<Event>, mut send: impl FnMut(Burst)) {
    let mut burst = Burst::default();
    loop {
        if burst.is_empty() {
            match events.recv().await {
                Ok(event) => burst.add(event),
                Err(RecvError::Lagged(_)) => burst.add_everything(),
                Err(RecvError::Closed) => return,
            }
        }
        send(std::mem::take(&mut burst));
        let next = Instant::now() + REST;
        loop {
            match timeout_at(next, events.recv()).await {
                Ok(Ok(event)) => burst.add(event),
                Ok(Err(RecvError::Lagged(_))) => burst.add_everything(),
                Ok(Err(RecvError::Closed)) => {
                    if !burst.is_empty() {
                        send(burst);
                    }
                    return;
                }
                Err(_) => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::broadcast;

    fn touched(tag: &str) -> Event {
        Event::Touched(vec![tag.to_owned()])
    }

    #[tokio::test]
    async fn a_burst_is_two_messages_and_loses_nothing() {
        let (sender, events) = broadcast::channel(1024);
        let sending = tokio::spawn(async move {
            sender.send(touched("sale")).unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
            for done in 1..=300 {
                sender.send(touched(if done % 2 == 0 { "customer" } else { "points" })).unwrap();
                sender.send(Event::Progress { what: "import", done, all: 300 }).unwrap();
            }
        });
        let mut heard = Vec::new();
        gather(events, |burst| heard.push(burst)).await;
        sending.await.unwrap();

        assert_eq!(heard.len(), 2);
        assert_eq!(heard[0].tags.iter().collect::<Vec<_>>(), ["sale"]);
        assert_eq!(heard[1].tags.iter().collect::<Vec<_>>(), ["customer", "points"]);
        assert_eq!(heard[1].progress["import"], Progress { what: "import", done: 300, all: 300 });
    }

    #[tokio::test]
    async fn who_missed_some_refreshes_all() {
        let (sender, events) = broadcast::channel(2);
        for _ in 0..5 {
            sender.send(touched("sale")).unwrap();
        }
        drop(sender);
        let mut tags = BTreeSet::new();
        gather(events, |burst| tags.extend(burst.tags)).await;
        assert!(tags.contains("customer") && tags.contains("settings"), "{tags:?}");
    }
}
