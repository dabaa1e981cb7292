use std::fmt;

/// What there is to do for an application. In brackets, what the bank calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Turn a lead into an application (*afhandelen leads*).
    LeadHandling,
    /// Find out whether it is fraud (*beoordelen fraude*).
    FraudAssessment,
    /// Complete the application with the customer (*completeren aanvraag*).
    Completion,
    /// Call the customer about an offer (*nabellen offertes*).
    OfferFollowUp,
    /// Check the papers that came with a returned offer (*valideren aanvraag*).
    Validation,
    /// Call the customer about papers that are missing (*nabellen incomplete dossiers*).
    FileChase,
    /// Change the details of a contract (*wijzigen contractgegevens*).
    ContractChange,
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LeadHandling => "handling the lead",
            Self::FraudAssessment => "assessing fraud",
            Self::Completion => "completing the application",
            Self::OfferFollowUp => "following up the offer",
            Self::Validation => "validating the application",
            Self::FileChase => "chasing missing papers",
            Self::ContractChange => "changing the contract",
        })
    }
}
