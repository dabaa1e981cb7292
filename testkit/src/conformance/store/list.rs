/// Names each case with what it needs, and hands the names to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_store_cases {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*
            [] capabilities::the_declared_capabilities_are_those_of_the_store;
            [] append::the_first_event_of_a_stream_has_version_one;
            [gapless] append::positions_have_no_holes;
        }
    };
}
