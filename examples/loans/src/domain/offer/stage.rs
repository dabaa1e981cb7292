use std::fmt;

/// How far the preparation of an offer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// It is chosen.
    Selected,
    /// It is written.
    Created,
}

/// What has become of the offer that was sent last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The customer has it.
    Sent,
    /// The customer has returned it.
    Returned,
    /// It holds.
    Accepted,
    /// The bank has withdrawn it.
    Declined,
    /// It is void.
    Cancelled,
}

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Selected => "selected",
            Self::Created => "created",
        })
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sent => "sent",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
        })
    }
}
