/// Sends commands at the same time in every order of their loads and appends, and checks a rule after each. See the
/// [module](mod@crate::interleave).
///
/// Each part is an expression: streams and the events in them, the commands (made anew for each order), and a closure
/// over the [`End`](crate::interleave::End). `given` can be left out. Whatever else there is to say, such
/// as another store, is said with [`Interleaving`](crate::interleave::Interleaving), which this expands to, and which
/// also tells how many orders there were.
///
/// It is called in a plain `#[test]`, not in an `async` one.
#[macro_export]
macro_rules! interleave {
    (
        $(given [$($stream:expr => $event:expr),* $(,)?],)?
        when [$($command:expr),+ $(,)?],
        then $then:expr $(,)?
    ) => {
        {
            $crate::interleave::Interleaving::new()
                $($(.given($stream, $event))*)?
                $(.when(|| $command))+
                .then($then);
        }
    };
}
