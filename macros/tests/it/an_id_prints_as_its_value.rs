use factum_macros::Id;

#[derive(Id, Clone, Debug, PartialEq)]
struct Name(String);

#[derive(Id, Clone, Copy, Debug, PartialEq)]
struct Number(u32);

#[test]
fn it_prints_and_reads_as_the_value_inside() {
    assert_eq!(Name("a-b".into()).to_string(), "a-b");
    assert_eq!("a-b".parse(), Ok(Name("a-b".into())));
    assert_eq!("42".parse(), Ok(Number(42)));
    let inner: Result<u32, _> = "x".parse();
    assert_eq!("x".parse::<Number>().unwrap_err(), inner.unwrap_err());
}

#[test]
fn padding_and_flags_reach_the_value() {
    assert_eq!(
        format!("{:>5}|{:<4}|{:^+5}|{:04}", Number(42), Name("ab".into()), Number(7), Number(8)),
        "   42|ab  | +7  |0008"
    );
}

#[test]
fn it_is_made_of_its_value_and_lends_it() {
    let name: Name = "a".into();
    assert_eq!(name, Name::from("a".to_owned()));
    assert_eq!(AsRef::<String>::as_ref(&name), "a");
    assert_eq!(AsRef::<u32>::as_ref(&Number::from(3)), &3);
}
