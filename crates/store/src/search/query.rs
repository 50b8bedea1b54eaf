//! What was typed, as alternatives over the words of the index. It finds nothing itself: the
//! expressions it writes go to the index, and [`super::explain`] walks the same alternatives.
//!
//! A text is cut at blanks into terms that must all match. Neighbours of one kind may also be one
//! thing written apart (`138 0571 6688`, `wang xm`, `Zoe Lin`), so a query is several plans, the
//! most joined first.

use super::{
    ask::Ask,
    fold::{Class, glyphs},
    hit::Rank,
    syllable,
};

/// Longer texts are cut: nobody is named so.
const LONGEST: usize = 96;
const MOST_TERMS: usize = 8;

/// Up to this length letters are also tried as syllables and initials run together.
const LONGEST_MIXED: usize = 16;
const MOST_PARTS: usize = 5;
const MOST_MIXES: usize = 40;

/// How near a match is to the whole of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    Whole,
    Front,
    Anywhere,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub(super) plans: Vec<Vec<Term>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// Latin letters: a word, a reading, initials, or syllables and initials run together.
    Letters {
        letters: String,
        mixes: Vec<Mix>,
    },
    Digits(String),
    /// Letters and digits run together: `vip88`, `3m`.
    Both(String),
    Characters(String),
    /// Typed with an `@`.
    Address(String),
}

/// One way to take run-together letters apart: `wangxm` as wang + x + m.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mix {
    pub parts: Vec<Part>,
    /// First letter of each part.
    initials: String,
    /// What is read without a gap, two letters or more, and whether it begins with the first part:
    /// by these the index is asked beside the initials.
    runs: Vec<(bool, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A whole syllable.
    Syllable(String),
    /// One letter, or `zh`, `ch`, `sh`.
    Initial(String),
    /// The beginning of the last unit.
    Head(String),
}

impl Query {
    pub fn parse(text: &str) -> Self {
        let rough = rough(text);
        let mut plans: Vec<Vec<Term>> = Vec::new();
        // Joined letters and characters or not, joined digits or not, mixed words whole or apart.
        for choice in 0..8u8 {
            let (words, digits, apart) = (choice & 4 == 0, choice & 2 == 0, choice & 1 == 1);
            let plan = plan(&rough, words, digits, apart);
            if !plan.is_empty() && !plans.contains(&plan) {
                plans.push(plan);
            }
        }
        Self { plans }
    }

    pub fn is_empty(&self) -> bool {
        self.plans.is_empty()
    }

    pub(super) fn has_several_terms(&self) -> bool {
        self.plans.iter().any(|plan| plan.len() > 1)
    }

    /// The question to the index for one rank, when all better ranks were asked before it: what
    /// those have answered whole is left out. `None` where nothing new can come.
    pub(super) fn ask(&self, rank: Rank) -> Option<Ask> {
        let first = self.plans.len().min(1);
        let (plans, nearness) = match rank {
            Rank::Exact => (&self.plans[..], Nearness::Whole),
            Rank::Front => (&self.plans[..first], Nearness::Front),
            Rank::Apart => (&self.plans[first..], Nearness::Front),
            Rank::Loose => (&self.plans[..], Nearness::Anywhere),
        };
        let plans: Vec<Ask> = plans
            .iter()
            .filter_map(|plan| {
                let alone = plan.len() == 1;
                plan.iter().map(|term| term.ask(nearness, alone)).collect::<Option<Vec<Ask>>>()
            })
            .map(Ask::All)
            .collect();
        (!plans.is_empty()).then_some(Ask::Any(plans))
    }
}

/// Something typed between two blanks, cut where its kind changes.
struct Rough {
    pieces: Vec<(Class, String)>,
    address: bool,
}

fn rough(text: &str) -> Vec<Rough> {
    let mut all: Vec<Rough> = Vec::new();
    let mut open = false;
    for glyph in glyphs(text).into_iter().take(LONGEST) {
        if glyph.class == Class::Break {
            // Dashes, dots and brackets stand inside numbers and names; blanks and commas between.
            open &= !(glyph.letter.is_whitespace()
                || matches!(glyph.letter, ',' | ';' | '/' | '|' | '、' | '。'));
            if glyph.letter == '@' {
                match all.last_mut().filter(|_| open) {
                    Some(word) => word.address = true,
                    None => all.push(Rough { pieces: Vec::new(), address: true }),
                }
                open = true;
            }
            continue;
        }
        if !open {
            all.push(Rough { pieces: Vec::new(), address: false });
            open = true;
        }
        if let Some(word) = all.last_mut() {
            match word.pieces.last_mut() {
                Some((class, letters)) if *class == glyph.class => letters.push(glyph.letter),
                _ => word.pieces.push((glyph.class, glyph.letter.to_string())),
            }
        }
    }
    all.retain(|word| !word.pieces.is_empty());
    all.truncate(MOST_TERMS);
    all
}

fn plan(rough: &[Rough], join_words: bool, join_digits: bool, apart: bool) -> Vec<Term> {
    let mut pieces: Vec<(Class, String)> = Vec::new();
    let mut terms = Vec::new();
    let mut push = |class: Class, letters: &str, joinable: bool| match pieces.last_mut() {
        Some((last, so_far)) if joinable && *last == class => so_far.push_str(letters),
        _ => pieces.push((class, letters.to_owned())),
    };
    for word in rough {
        let latin = word.pieces.iter().all(|(class, _)| *class != Class::Character);
        if word.address {
            terms.push(Term::Address(
                word.pieces.iter().map(|(_, letters)| letters.as_str()).collect(),
            ));
        } else if word.pieces.len() > 1 && latin && !apart {
            terms.push(Term::Both(
                word.pieces.iter().map(|(_, letters)| letters.as_str()).collect(),
            ));
        } else {
            for (class, letters) in &word.pieces {
                let joinable = word.pieces.len() == 1
                    && if *class == Class::Digit { join_digits } else { join_words };
                push(*class, letters, joinable);
            }
        }
    }
    terms.extend(pieces.into_iter().map(|(class, letters)| match class {
        Class::Letter => Term::Letters { mixes: mixes(&letters), letters },
        Class::Digit => Term::Digits(letters),
        Class::Character | Class::Break => Term::Characters(letters),
    }));
    terms
}

/// The ways to take letters apart that are more than a reading or a row of initials, few parts first.
fn mixes(letters: &str) -> Vec<Mix> {
    let mut all = Vec::new();
    if (3..=LONGEST_MIXED).contains(&letters.len()) {
        for count in 2..=MOST_PARTS {
            divide(letters, count, &mut Vec::new(), &mut all);
        }
    }
    all.truncate(MOST_MIXES);
    all
}

fn divide(rest: &str, count: usize, before: &mut Vec<Part>, all: &mut Vec<Mix>) {
    if count == 1 {
        if syllable::is_head(rest) {
            before.push(Part::Head(rest.to_owned()));
            all.extend(Mix::new(before));
            before.pop();
        }
        return;
    }
    for end in (1..rest.len().min(syllable::LONGEST + 1)).rev() {
        let (head, tail) = rest.split_at(end);
        if syllable::is_whole(head) {
            before.push(Part::Syllable(head.to_owned()));
            divide(tail, count - 1, before, all);
            before.pop();
        }
        if matches!(head, "zh" | "ch" | "sh")
            || (end == 1 && (before.is_empty() || !matches!(head, "i" | "u" | "v")))
        {
            before.push(Part::Initial(head.to_owned()));
            divide(tail, count - 1, before, all);
            before.pop();
        }
    }
}

impl Part {
    pub fn letters(&self) -> &str {
        match self {
            Self::Syllable(letters) | Self::Initial(letters) | Self::Head(letters) => letters,
        }
    }
}

impl Mix {
    /// `None` for a plain reading and for a plain row of initials: the index holds those as words.
    fn new(parts: &[Part]) -> Option<Self> {
        let (last, heads) = parts.split_last()?;
        let reading = heads.iter().all(|part| matches!(part, Part::Syllable(_)));
        let row = parts.iter().all(|part| part.letters().len() == 1);
        if reading || row {
            return None;
        }
        let initials = parts.iter().filter_map(|part| part.letters().get(..1)).collect();
        let mut runs = vec![(true, String::new())];
        for part in parts {
            if let Some((_, run)) = runs.last_mut() {
                run.push_str(part.letters());
            }
            if !matches!(part, Part::Syllable(_)) && !std::ptr::eq(part, last) {
                runs.push((false, String::new()));
            }
        }
        runs.retain(|(_, run)| run.len() > 1);
        Some(Self { parts: parts.to_vec(), initials, runs })
    }

    /// By its initials and its runs. Initials that could be read (`zh`, `ji`) have words of
    /// their own, or everyone named 赵 would answer to them.
    fn ask(&self, leading: bool) -> Ask {
        let row = match (leading, syllable::could_be_read(&self.initials)) {
            (true, true) => "=",
            (true, false) => "^",
            (false, true) => "+",
            (false, false) => "",
        };
        let runs = self.runs.iter().map(|(first, run)| {
            Ask::Front(format!("{}{run}", if leading && *first { "^" } else { "" }))
        });
        Ask::All(
            std::iter::once(Ask::Front(format!("{row}{}", self.initials))).chain(runs).collect(),
        )
    }
}

impl Term {
    /// The words of the index by which the term can be found; `None` where nothing whole is meant.
    /// A term `alone` in its plan has had its fronts asked for when it is looked for anywhere.
    fn ask(&self, nearness: Nearness, alone: bool) -> Option<Ask> {
        let fronts = !(alone && nearness == Nearness::Anywhere);
        let mut any = Any(Vec::new());
        match (self, nearness) {
            // What is short is the beginning of something: of a name its initials, of a number its front.
            (Self::Letters { letters, .. }, Nearness::Whole) => {
                if letters.len() > 3 || (letters.len() > 1 && syllable::is_sequence(letters)) {
                    any.words(&["^", "@"], letters);
                }
            }
            (Self::Digits(digits) | Self::Both(digits), Nearness::Whole) => {
                if digits.len() > 4 {
                    any.words(&["", "@", "^"], digits);
                }
            }
            (Self::Characters(letters), Nearness::Whole) => {
                if letters.chars().nth(1).is_some() {
                    any.words(&["^"], letters);
                }
            }
            (Self::Address(letters), Nearness::Whole) => any.words(&["@"], letters),
            (Self::Letters { letters, mixes }, _) => {
                if fronts {
                    any.fronts(&["^", "@"], letters);
                    any.0.extend(mixes.iter().map(|mix| mix.ask(true)));
                }
                if nearness == Nearness::Anywhere {
                    any.fronts(&["", "%"], letters);
                    any.inside(letters);
                    any.0.extend(mixes.iter().map(|mix| mix.ask(false)));
                }
            }
            (Self::Digits(digits) | Self::Both(digits), _) => {
                if fronts {
                    let backwards: String = digits.chars().rev().collect();
                    any.fronts(&["", "^", "@"], digits);
                    any.fronts(&["#"], &backwards);
                }
                if nearness == Nearness::Anywhere {
                    any.fronts(&["%"], digits);
                    any.inside(digits);
                }
            }
            (Self::Characters(letters), _) => {
                if fronts {
                    any.fronts(&["^", "@"], letters);
                }
                if nearness == Nearness::Anywhere {
                    any.fronts(&["", "%"], letters);
                }
            }
            (Self::Address(letters), _) => {
                if fronts {
                    any.fronts(&["@"], letters);
                }
                if nearness == Nearness::Anywhere {
                    any.fronts(&["%"], letters);
                }
            }
        }
        (!any.0.is_empty()).then_some(Ask::Any(any.0))
    }
}

/// Alternatives as they are found.
struct Any(Vec<Ask>);

impl Any {
    fn words(&mut self, marks: &[&str], word: &str) {
        self.0.extend(marks.iter().map(|mark| Ask::Word(format!("{mark}{word}"))));
    }

    fn fronts(&mut self, marks: &[&str], word: &str) {
        self.0.extend(marks.iter().map(|mark| Ask::Front(format!("{mark}{word}"))));
    }

    fn inside(&mut self, word: &str) {
        if word.len() >= 2 {
            self.fronts(&["~"], word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(text: &str, rank: Rank) -> String {
        Query::parse(text).ask(rank).map(|ask| ask.to_string()).unwrap_or_default()
    }

    #[test]
    fn terms_are_anded_over_alternatives() {
        assert_eq!(
            expression("ZL 88", Rank::Front),
            "(((\"^zl\"* OR \"@zl\"*) AND (\"88\"* OR \"^88\"* OR \"@88\"* OR \"#88\"*)))"
        );
        assert_eq!(expression("張麗", Rank::Exact), "(((\"^张丽\")))");
        assert_eq!(
            expression("丽", Rank::Loose),
            "(((\"丽\"* OR \"%丽\"*)))",
            "fronts were asked before"
        );
        assert_eq!(Query::parse("丽").ask(Rank::Apart), None);
        assert!(Query::parse(" -() ").is_empty());
        assert_eq!(Query::parse("zl").ask(Rank::Exact), None);
    }

    #[test]
    fn neighbours_join_first() {
        let query = Query::parse("138-0571 6688");
        assert_eq!(
            query.plans,
            [
                vec![Term::Digits("13805716688".into())],
                vec![Term::Digits("1380571".into()), Term::Digits("6688".into())]
            ]
        );
        assert_eq!(
            Query::parse("王88").plans,
            [vec![Term::Characters("王".into()), Term::Digits("88".into())]]
        );
        assert_eq!(Query::parse("vip88").plans[0], [Term::Both("vip88".into())]);
        assert_eq!(Query::parse("zoe@qq").plans, [vec![Term::Address("zoeqq".into())]]);
    }

    #[test]
    fn letters_run_together_are_taken_apart() {
        let of = |letters: &str| -> Vec<String> {
            mixes(letters)
                .iter()
                .map(|mix| mix.parts.iter().map(Part::letters).collect::<Vec<_>>().join(" "))
                .collect()
        };
        assert!(of("wangxm").contains(&"wang x m".to_owned()));
        assert!(of("wxming").contains(&"w x ming".to_owned()));
        assert!(of("zhlhua").contains(&"zh l hua".to_owned()));
        assert!(of("zl").is_empty());
        assert!(!of("wangwei").contains(&"wang wei".to_owned()), "a plain reading is no mix");
        assert!(of("abcdefghijklmno").len() <= MOST_MIXES);
    }
}
