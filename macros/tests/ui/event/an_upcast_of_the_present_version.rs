use factum::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(version = 2, upcast(2 = OpenedV2))]
struct Opened;

#[derive(Deserialize)]
struct OpenedV2;

impl From<OpenedV2> for Opened {
    fn from(_: OpenedV2) -> Self {
        Self
    }
}

fn main() {}
