use factum_core::{Invalid, StreamId};

/// What can name the stream of a given event: a [`StreamId`], its printed form such as `"account-ada"`, or what
/// [`Aggregate::stream`](factum_core::Aggregate::stream) returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a stream",
    note = "write its printed form, `\"account-ada\"`, or `Account::stream(&id)`"
)]
pub trait IntoStream: sealed::IntoStream {}

impl<T: sealed::IntoStream> IntoStream for T {}

pub(crate) mod sealed {
    use super::{Invalid, StreamId};

    pub trait IntoStream {
        fn stream(self) -> Result<StreamId, Invalid>;

        /// The stream, or a panic at the caller's line.
        #[track_caller]
        fn named(self) -> StreamId
        where
            Self: Sized,
        {
            match self.stream() {
                Ok(stream) => stream,
                Err(invalid) => panic!("this names no stream: {invalid}"),
            }
        }
    }

    impl IntoStream for StreamId {
        fn stream(self) -> Result<StreamId, Invalid> {
            Ok(self)
        }
    }

    impl IntoStream for &StreamId {
        fn stream(self) -> Result<StreamId, Invalid> {
            Ok(self.clone())
        }
    }

    impl IntoStream for &str {
        fn stream(self) -> Result<StreamId, Invalid> {
            self.parse()
        }
    }

    impl IntoStream for String {
        fn stream(self) -> Result<StreamId, Invalid> {
            self.parse()
        }
    }

    impl IntoStream for Result<StreamId, Invalid> {
        fn stream(self) -> Result<StreamId, Invalid> {
            self
        }
    }
}
