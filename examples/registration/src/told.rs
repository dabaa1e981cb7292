//! What others are told.

use crate::address::Confirmed;
use factum::{messaging::Publish, prelude::*};

/// Whose address it is that was confirmed. All else is nobody's business.
#[derive(Projection)]
#[projection(name = "told", events(Confirmed))]
pub(crate) struct Told;

impl Publish for Told {}
