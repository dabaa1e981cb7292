use super::Here;

#[tokio::test]
async fn not_by_a_command_that_succeeds_and_not_by_one_that_fails() {
    let here = Here::new().await;
    for (query, code) in
        [("password=hidden", 0), ("password=hidden&user=nobody_has_this_name", 1), ("password=hidden&x=1", 2)]
    {
        for arguments in ["init", "init --json"] {
            let ran = here.run_with(arguments, query);
            assert_eq!(ran.code, Some(code), "{query}: {ran:?}");
            let printed = ran.stdout + &ran.stderr;
            assert!(!printed.is_empty() && !printed.contains("hidden"), "{query}: {printed}");
        }
    }
}
