/// What is to be done about a lane. The runner that has its partition does it, since only that has the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Request {
    /// Apply its events again, in order, until one fails.
    Retry,
    /// Leave its first event out for good, and apply the others.
    Skip,
}

/// A request as it is kept, with a number that tells it from one that takes its place while it is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Asked {
    /// What is to be done.
    pub request: Request,
    /// Another one than that of the request whose place it takes; begins again at 0 now and then.
    pub number: u16,
}

impl Asked {
    /// Numbers are smaller than this, so that a store has room for one and the request in 15 bits.
    pub const NUMBERS: u16 = 1 << 14;

    /// A request with this number. For stores.
    #[must_use]
    pub const fn new(request: Request, number: u16) -> Self {
        Self { request, number }
    }

    /// What is kept when `request` takes the place of what was `before`. For stores.
    #[must_use]
    pub fn instead_of(before: Option<Self>, request: Request) -> Self {
        Self { request, number: before.map_or(0, |before| (before.number + 1) % Self::NUMBERS) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Request};

    #[test]
    fn a_request_has_another_number_than_the_one_whose_place_it_takes() {
        let first = Asked::instead_of(None, Request::Retry);
        assert_eq!(first, Asked::new(Request::Retry, 0));
        assert_eq!(Asked::instead_of(Some(first), Request::Retry), Asked::new(Request::Retry, 1));
        let last = Asked::new(Request::Retry, Asked::NUMBERS - 1);
        assert_eq!(Asked::instead_of(Some(last), Request::Skip), Asked::new(Request::Skip, 0));
    }
}
