use factum::Event as _;
use factum_macros::{Event, Id};
use serde::{Deserialize, Serialize};

#[derive(Id, Serialize, Deserialize)]
struct BranchId(String);

#[derive(Event, Serialize, Deserialize)]
struct Enrolled {
    #[event(tag)]
    course: BranchId,
    #[event(tag = "student")]
    who: u32,
    #[event(tag)]
    r#type: Option<String>,
    #[event(tag = "seat")]
    chair: std::option::Option<u8>,
    note: String,
}

#[derive(Event, Serialize, Deserialize)]
struct Left(#[event(tag = "student")] u32, String);

#[derive(Event, Serialize, Deserialize)]
struct Untagged;

fn tags(event: &impl factum::Event) -> Vec<String> {
    event.tags().unwrap().iter().map(ToString::to_string).collect()
}

fn enrolled(course: &str) -> Enrolled {
    Enrolled { course: course.into(), who: 7, r#type: None, chair: Some(3), note: "n".into() }
}

#[test]
fn each_marked_field_gives_a_tag_in_the_order_of_the_fields() {
    assert_eq!(tags(&enrolled("rust")), ["course:rust", "student:7", "seat:3"]);
    assert_eq!(tags(&Left(9, String::new())), ["student:9"]);
    assert!(tags(&Untagged).is_empty());
}

#[test]
fn an_option_gives_a_tag_when_there_is_something() {
    let event = Enrolled { r#type: Some("evening".into()), chair: None, ..enrolled("rust") };
    assert_eq!(tags(&event), ["course:rust", "student:7", "type:evening"]);
}

#[test]
fn a_value_that_cannot_be_part_of_a_tag_is_refused() {
    assert_eq!(enrolled("a\nb").tags().unwrap_err().to_string(), "tag has the character '\\n' at byte 8");
}
