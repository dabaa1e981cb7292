//! A runner beside appends that apply its projection themselves.

use super::{failure::SessionError, held::Held, session::Session};
use crate::subscription::Batch;
use factum_core::{
    CheckpointKey,
    checkpoint::{AdvanceError, Epoch},
    lease::{Group, NodeId},
    projection::{Lanes, Project, Recent},
    sink::{CommitError, Sink},
};
use std::time::Duration;

/// What a partition is leased with.
pub(super) struct Again<'a> {
    pub(super) group: &'a Group,
    pub(super) node: NodeId,
    pub(super) ttl: Duration,
}

impl<K: Sink, P: Project<K>> Session<'_, P, K> {
    /// Whether the appends of this page have applied it.
    pub(super) async fn is_applied(&mut self, page: &Batch) -> Result<bool, SessionError> {
        if page.events.is_empty() {
            return Ok(false);
        }
        let checkpoint = self.at.sink.checkpoint(&self.at.key).await?.unwrap_or_default();
        if checkpoint.position >= page.through {
            self.moved(page.through, page.through);
            self.at.board.moved(self.at.key.partition, page.through, self.lanes.held());
            return Ok(true);
        }
        match checkpoint.epoch == self.epoch {
            true => Ok(false),
            // An append has applied some of it.
            false => Err(fenced(&self.at.key, self.epoch, checkpoint.epoch)),
        }
    }

    /// An append has moved the checkpoint. It goes on from there, unless another node has the partition now.
    pub(super) async fn overtaken(&mut self, error: SessionError) -> Result<(), SessionError> {
        let Some(Again { group, node, ttl }) = self.at.again else { return Err(error) };
        let partition = self.at.key.partition;
        let Some(checkpoint) = self.at.sink.lease(group, partition, node, ttl).await? else {
            return Err(error);
        };
        // It was set back, so what was passed is to be applied again.
        if checkpoint.position < self.kept {
            return Err(error);
        }
        self.epoch = checkpoint.epoch;
        self.recent = Recent::of(self.at.generation);
        // Another node may have had it meanwhile, and have put something into quarantine, or got it out.
        self.lanes = Lanes::new(self.at.partition);
        self.held = Held::load(&self.at, &mut self.lanes).await?;
        // What it has passed over did not concern it.
        self.kept = checkpoint.position;
        self.passed = self.passed.max(checkpoint.position);
        self.behind_since = None;
        self.rewind().await
    }
}

fn fenced(key: &CheckpointKey, epoch: Epoch, current: Epoch) -> SessionError {
    CommitError::from(AdvanceError::Fenced { key: key.clone(), epoch, current }).into()
}
