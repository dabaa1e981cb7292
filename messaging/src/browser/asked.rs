use super::Refusal;
use crate::TopicPattern;
use axum::http::{HeaderMap, Uri};
use factum_core::{Position, Query, Selection};
use factum_projections::Start;
use url::form_urlencoded;

/// What somebody wants to see.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) events: Selection,
    pub(super) start: Start,
}

/// So many patterns at most: each is compared with every event.
const PATTERNS: usize = 64;

impl Asked {
    /// Under the topics of these patterns, after a position, or from now on.
    pub(super) fn new<'a>(
        patterns: impl IntoIterator<Item = &'a str>,
        after: Option<u64>,
    ) -> Result<Self, Refusal> {
        let patterns: Result<Vec<TopicPattern>, _> = patterns.into_iter().map(str::parse).collect();
        let patterns = patterns.map_err(|invalid| Refusal::Senseless(invalid.to_string()))?;
        // Without any, everything would match.
        if !(1..=PATTERNS).contains(&patterns.len()) {
            return Err(Refusal::Senseless(format!("1 to {PATTERNS} topics are asked for")));
        }
        let events = Selection::from(Query::all()).topics(patterns);
        events.query().map_err(|invalid| Refusal::Senseless(invalid.to_string()))?;
        let start = after.map_or(Start::Now, |position| Start::After(Position::new(position)));
        Ok(Self { events, start })
    }

    /// What the query of a URL asks for. A browser that connects again sends the URL that it had at first, and beside it the
    /// last id that it has seen, which therefore counts.
    pub(super) fn by(uri: &Uri, headers: &HeaderMap) -> Result<Self, Refusal> {
        let (mut topics, mut after) = (Vec::new(), None);
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match &*name {
                "topics" => topics.push(value),
                "after" => after = Some(position(&value)?),
                // Of somebody else, such as a token.
                _ => {}
            }
        }
        if let Some(last) = headers.get("last-event-id").filter(|last| !last.is_empty()) {
            after = Some(position(last.to_str().unwrap_or_default())?);
        }
        let topics = topics.iter().flat_map(|topics| topics.split(',')).filter(|topic| !topic.is_empty());
        Self::new(topics, after)
    }
}

fn position(text: &str) -> Result<u64, Refusal> {
    text.parse().map_err(|_| Refusal::Senseless(format!("{text:?} is no position of the log")))
}
