//! The recovery phrase: twelve words that open this data folder and its backups on any machine.

use std::path::Path;

use serde::{Deserialize, Serialize};
use shuke_domain::{Code, Failure, Roles};
use shuke_exchange::{Locale, out::recovery::RecoverySheet};
use shuke_keys::{PhraseLanguage, RecoveryPhrase};
use ts_rs::TS;

use crate::{
    App, Event, Session, envelope,
    home::{self, HomeState},
};

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct CreatePhrase {
    /// `zh-CN`, `zh-TW`, `en`.
    pub locale: String,
}

/// Twelve words: whoever has them can open this database and its backups.
#[derive(Serialize, TS)]
#[expect(missing_debug_implementations, reason = "the words belong in no log")]
#[ts(export_to = "app.ts")]
pub struct Phrase {
    pub words: Vec<String>,
}

#[derive(Deserialize, TS)]
#[expect(missing_debug_implementations, reason = "the words belong in no log")]
#[ts(export_to = "app.ts")]
pub struct ConfirmPhrase {
    /// The phrase as the person wrote it down.
    pub words: String,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct SavePhrase {
    pub path: String,
    /// `zh-CN`, `zh-TW`, `en`: of the words and of what is said about them.
    pub locale: String,
}

fn locale_of(name: &str) -> Locale {
    Locale::parse(name).unwrap_or_default()
}

/// What was typed or pasted, be it the words alone or a whole file that `save` wrote.
pub(crate) fn parse(text: &str) -> Result<RecoveryPhrase, Failure> {
    let spaced = |line: &&str| line.split_whitespace().count() == RecoveryPhrase::WORDS;
    RecoveryPhrase::parse(text)
        .or_else(|error| {
            let mut lines = text.lines().filter(spaced);
            lines.find_map(|line| RecoveryPhrase::parse(line).ok()).ok_or(error)
        })
        .map_err(home::key_failure)
}

async fn words(session: &Session, locale: Locale) -> Result<RecoveryPhrase, Failure> {
    let language = match locale {
        Locale::ZhCn => PhraseLanguage::SimplifiedChinese,
        Locale::ZhTw => PhraseLanguage::TraditionalChinese,
        Locale::En => PhraseLanguage::English,
    };
    let phrase = envelope::phrase(&home::keys_of(session)?).await?;
    phrase.in_language(language).map_err(home::key_failure)
}

async fn saved(app: &App, session: &Session) -> Result<(), Failure> {
    session.store.set_meta(home::PHRASE_SAVED, Some("1")).await?;
    app.announce(Event::Touched(vec!["settings".to_owned()]));
    Ok(())
}

/// The phrase of this home in a language. Made at set-up, shown whenever its owner asks.
pub async fn create(app: &App, request: CreatePhrase) -> Result<Phrase, Failure> {
    let session = app.session().await?;
    // The words open everything, also what this person may not see.
    session.must_be(Roles::LEAD).await?;
    let phrase = words(&session, locale_of(&request.locale)).await?;
    Ok(Phrase { words: phrase.words().map(str::to_owned).collect() })
}

/// Checks what was written down against the phrase itself; from then on the app reminds no more.
pub async fn confirm(app: &App, request: ConfirmPhrase) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let typed = parse(&request.words)?;
    let sealed = envelope::sealed_key(home::folder_of(&session))?
        .ok_or_else(|| Failure::new(Code::KeyMissing))?;
    typed.open(&sealed).map_err(home::key_failure)?;
    saved(app, &session).await
}

/// Writes the phrase to a text file that says what it is for. Whoever chose a place for it has kept it.
pub async fn save(app: &App, request: SavePhrase) -> Result<(), Failure> {
    let session = app.session().await?;
    // The words open everything, also what this person may not see.
    session.must_be(Roles::LEAD).await?;
    let locale = locale_of(&request.locale);
    let phrase = words(&session, locale).await?;
    let secret = phrase.to_secret();
    let shop = session.workspace().await?.name.unwrap_or_default();
    let now = i64::try_from(session.now().await?).unwrap_or(i64::MAX);
    let sheet = RecoverySheet {
        shop: &shop,
        day: session.rules().await?.calendar.local(now).date(),
        words: secret.expose_text().ok_or_else(|| Failure::new(Code::Internal))?,
    };
    sheet.write(Path::new(&request.path), locale).map_err(|error| {
        Failure::new(Code::FileUnwritable).with("path", request.path).because(error)
    })?;
    saved(app, &session).await
}

/// Opens a home whose key is not in this machine's keychain, by the words.
pub async fn unlock(app: &App, request: ConfirmPhrase) -> Result<HomeState, Failure> {
    if app.find_session().await.is_some() {
        return home::state(app, ()).await;
    }
    let phrase = parse(&request.words)?;
    let sealed = envelope::sealed_key(app.home())?.ok_or_else(|| Failure::new(Code::KeyMissing))?;
    let key = phrase.open(&sealed).map_err(home::key_failure)?;
    envelope::keep(app.home(), &app.keys()?, &key, &phrase).await?;
    home::resume(app).await?;
    home::state(app, ()).await
}
