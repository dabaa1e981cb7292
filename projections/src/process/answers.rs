//! What becomes of commands that have an answer.

use super::{
    error::SessionError,
    session::{Session, Stuck},
};
use crate::{node::CALLS, runner::PAUSES};
use factum_core::{
    Append, AppendError, EventType, Position, StoreError,
    checkpoint::Advance,
    process::{Answer, ProcessManager},
    quarantine::{Change as Quarantine, Failure, Lane, Request},
    sink::{Change, DocumentSink},
};
use tokio::time::Instant;

/// How often a command is sent of which nobody knows whether sending it again helps.
const ATTEMPTS: u32 = 5;

/// What is to be committed.
#[derive(Default)]
struct Outcome {
    documents: Vec<Change>,
    quarantine: Vec<Quarantine>,
    /// The instances whose first command is done.
    done: Vec<String>,
}

impl<P: ProcessManager, K: DocumentSink> Session<'_, P, K> {
    /// A command has an answer; with it, those that have one too.
    pub(super) async fn answered(&mut self, first: (String, Answer)) -> Result<(), SessionError> {
        let mut answers = vec![first];
        while let Some(sent) = self.sent.try_join_next() {
            answers.push(sent.map_err(|_| SessionError::GivenUp)?);
        }
        self.tell_rejections(&answers).await?;
        let mut outcome = Outcome::default();
        for (instance, answer) in answers {
            match answer {
                Answer::Done | Answer::Rejected(_) => self.done(instance, &mut outcome),
                Answer::Again(why) => {
                    let tried = self.queues.tried(&instance);
                    tracing::warn!(process = P::NAME, %instance, tried, why, "command is sent again");
                    self.queues.again(&instance, Instant::now() + CALLS.before(tried.saturating_add(1)));
                }
                Answer::Perhaps(why) => {
                    let tried = self.queues.tried(&instance);
                    if tried < ATTEMPTS && !self.stuck.contains_key(&instance) {
                        tracing::warn!(process = P::NAME, %instance, tried, why, "command is sent again");
                        self.queues.again(&instance, Instant::now() + PAUSES.before(tried.saturating_add(1)));
                    } else {
                        self.refused(&instance, &why, tried.max(1), &mut outcome)?;
                    }
                }
                Answer::Refused(why) => self.refused(&instance, &why, 1, &mut outcome)?,
                // Of an answer that is not known here, nothing is forgotten.
                _ => return Err(SessionError::GivenUp),
            }
        }
        self.commit(outcome).await
    }

    /// Tells the process which of its commands were rejected, before they are forgotten.
    async fn tell_rejections(&self, answers: &[(String, Answer)]) -> Result<(), SessionError> {
        let mut appends = Vec::new();
        for (instance, answer) in answers {
            if let (Answer::Rejected(event), Some((_, command))) = (answer, self.queues.first(instance)) {
                let event = command.rejected::<P>(event.clone()).map_err(StoreError::from)?;
                appends.push(Append::new([event]));
            }
        }
        if appends.is_empty() {
            return Ok(());
        }
        for outcome in self.agent.store.append(appends).await {
            match outcome {
                // It was told before.
                Ok(_) | Err(AppendError::DuplicateEvent(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The first command of an instance is forgotten.
    fn done(&self, instance: String, outcome: &mut Outcome) {
        let Some((key, _)) = self.queues.first(&instance) else { return };
        outcome.documents.push(Change::Delete { key: key.clone() });
        if let Some(stuck) = self.stuck.get(&instance) {
            let lane = Lane::Document(instance.clone());
            outcome.quarantine.push(Quarantine::Release { lane, position: stuck.position });
        }
        outcome.done.push(instance);
    }

    /// The first command of an instance goes into quarantine, or stays there.
    fn refused(
        &mut self,
        instance: &str,
        why: &str,
        tried: u32,
        outcome: &mut Outcome,
    ) -> Result<(), SessionError> {
        let Some((_, command)) = self.queues.first(instance) else { return Ok(()) };
        let (name, position) = (&command.command, Position::new(command.cause.position));
        let why = format!("sending {name}: {why}");
        tracing::warn!(process = P::NAME, %instance, why, "command is in quarantine");
        #[cfg(feature = "metrics")]
        super::meter::refused(P::NAME);
        let lane = Lane::Document(instance.to_owned());
        let known = self.stuck.get(instance);
        let attempts = known.map_or(0, |stuck| stuck.attempts).saturating_add(tried);
        let failure = Failure::new(why, attempts);
        outcome.quarantine.push(match known {
            Some(stuck) => Quarantine::Failed { lane, position, failure, answers: stuck.asked },
            None => Quarantine::Park {
                lane,
                position,
                stream: command.cause.stream.clone(),
                event_type: EventType::new(command.cause.event_type.clone()).map_err(StoreError::from)?,
                failure: Some(failure),
            },
        });
        self.stuck.insert(instance.to_owned(), Stuck { position, attempts, asked: None });
        self.queues.stuck(instance);
        Ok(())
    }

    /// Does what somebody has asked for.
    pub(super) async fn answer_requests(&mut self) -> Result<(), SessionError> {
        let mut outcome = Outcome::default();
        for (lane, first, asked) in self.agent.sink.requests(&self.key).await? {
            let Lane::Document(instance) = lane else { continue };
            let Some(stuck) = self.stuck.get_mut(&instance).filter(|stuck| stuck.position == first) else {
                continue;
            };
            // It is under way for that.
            if stuck.asked == Some(asked) {
                continue;
            }
            match asked.request {
                Request::Skip if stuck.asked.is_none() => {
                    tracing::warn!(process = P::NAME, %instance, position = %first, "command is left out");
                    self.done(instance, &mut outcome);
                }
                Request::Retry if stuck.asked.is_none() && self.queues.first(&instance).is_some() => {
                    stuck.asked = Some(asked);
                    self.queues.asked(&instance);
                }
                // When it has come back.
                _ => {}
            }
        }
        self.commit(outcome).await
    }

    async fn commit(&mut self, outcome: Outcome) -> Result<(), SessionError> {
        let Outcome { documents, quarantine, done } = outcome;
        let advance = Advance::new(self.key.clone(), self.checkpoint.epoch, self.checkpoint.position)
            .quarantine(quarantine);
        let (sink, collection) = (&self.agent.sink, &self.agent.collection);
        if !documents.is_empty() {
            sink.commit(sink.changes(collection, documents), advance).await?;
        } else if !advance.quarantine.is_empty() {
            sink.advance(advance).await?;
        } else {
            return Ok(());
        }
        self.has_worked = true;
        #[cfg(feature = "metrics")]
        super::meter::answered(P::NAME, done.len());
        for instance in done {
            if self.stuck.remove(&instance).is_some() {
                tracing::info!(process = P::NAME, %instance, "instance has left quarantine");
            }
            self.queues.done(&instance);
        }
        Ok(())
    }
}
