use std::fmt;

/// How far an application has come. The stages follow each other; none is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// There is none yet.
    #[default]
    Unknown,
    /// The customer has applied.
    Submitted,
    /// The papers for a first look are there.
    PartlySubmitted,
    /// A first look found nothing against it.
    Preaccepted,
    /// It is worth an offer.
    Accepted,
    /// What an offer has to say is settled.
    Finalized,
}

/// What was decided about an application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decision {
    /// Nothing yet.
    #[default]
    Undecided,
    /// It has taken at least one of the [steps](ApprovalStep) of an approval.
    Approved,
    /// The bank refused it.
    Declined,
    /// The customer withdrew it.
    Cancelled,
}

/// A step of an approval. All of them are taken, in any order; the first decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalStep {
    /// The bank gives the loan.
    Approved,
    /// It is in the books.
    Registered,
    /// The money can be drawn.
    Activated,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown",
            Self::Submitted => "submitted",
            Self::PartlySubmitted => "partly submitted",
            Self::Preaccepted => "preaccepted",
            Self::Accepted => "accepted",
            Self::Finalized => "finalized",
        })
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Undecided => "undecided",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
        })
    }
}

impl fmt::Display for ApprovalStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Approved => "approved",
            Self::Registered => "registered",
            Self::Activated => "activated",
        })
    }
}
