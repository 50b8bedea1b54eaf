//! A bar for long work, on a terminal only.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressStyle};
use shuke_app::{App, Event};
use tokio::{sync::broadcast::error::RecvError, task::JoinHandle};

use crate::voice::Voice;

const LOOK: &str = "{msg} {wide_bar} {percent}% {eta}";

#[derive(Debug, Default)]
pub(crate) struct Progress(Option<(ProgressBar, JoinHandle<()>)>);

impl Progress {
    pub(crate) fn show(app: &App, voice: Voice) -> Self {
        if !io::stderr().is_terminal() {
            return Self::default();
        }
        let bar = ProgressBar::hidden();
        if let Ok(style) = ProgressStyle::with_template(LOOK) {
            bar.set_style(style);
        }
        let mut events = app.events();
        let drawn = bar.clone();
        let task = tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(Event::Progress { what, done, all }) => {
                        if drawn.is_hidden() {
                            drawn.set_draw_target(indicatif::ProgressDrawTarget::stderr());
                        }
                        drawn.set_message(
                            voice.known(&format!("cli:progress.{what}")).unwrap_or_default(),
                        );
                        drawn.set_length(all);
                        drawn.set_position(done);
                    }
                    Ok(Event::Touched(_)) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
        Self(Some((bar, task)))
    }

    pub(crate) fn end(self) {
        if let Some((bar, task)) = self.0 {
            task.abort();
            bar.finish_and_clear();
        }
    }
}
