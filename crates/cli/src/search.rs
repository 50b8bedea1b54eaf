//! The one search box, by words.

use clap::Args;
use serde_json::{Value, json};
use shuke_app::{App, search};

use crate::{
    table::{self, Lean},
    voice::{Stop, Voice},
};

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Any part of a name, its sound or initials, a phone, a number, an e-mail, a tag.
    #[arg(required = true)]
    text: Vec<String>,
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
}

impl Search {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        let request = search::Search { text: self.text.join(" "), limit: self.limit };
        let found = search::customers(app, request).await?;
        let hits: Vec<Value> = found
            .hits
            .iter()
            .map(
                |hit| json!({ "id": hit.id, "name": hit.name, "phone": hit.phone, "why": hit.why }),
            )
            .collect();
        let mut lines = if found.hits.is_empty() {
            vec![voice.text("cli:search.none", &[])]
        } else {
            let rows: Vec<Vec<String>> = found
                .hits
                .iter()
                .map(|hit| {
                    vec![
                        hit.name.clone(),
                        hit.contact.clone(),
                        tier(voice, &hit.tier),
                        hit.id.to_string(),
                    ]
                })
                .collect();
            table::lines(&[Lean::Left; 4], &rows)
        };
        if found.more {
            lines.push(voice.text("cli:search.more", &[]));
        }
        voice.answer(&json!({ "took_us": found.took_us, "hits": hits }), &lines)
    }
}

/// A tier by its word; one that the shop made itself by its own name.
pub(crate) fn tier(voice: Voice, name: &str) -> String {
    voice.known(&format!("nouns:tier.{name}")).unwrap_or_else(|| name.to_owned())
}
