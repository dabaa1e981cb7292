use super::{Line, time};
use serde::Serialize;
use std::io::Write as _;

pub(super) fn line(line: &Line, out: &mut Vec<u8>) {
    let micros = line.time.timestamp_micros();
    out.extend_from_slice(br#"{"stream":"#);
    json(line.stream.as_str(), out);
    write!(out, r#","version":{},"type":"#, line.version).expect(VEC);
    json(line.event_type.as_str(), out);
    write!(out, r#","time":"{}","time_us":{micros},"data":"#, time::print(line.time)).expect(VEC);
    out.extend_from_slice(&line.data);
    if let Some(id) = line.id.filter(|id| *id != Line::derived_id(&line.stream, line.version)) {
        write!(out, r#","id":"{id}""#).expect(VEC);
    }
    if line.type_version != 1 {
        write!(out, r#","type_version":{}"#, line.type_version).expect(VEC);
    }
    if !line.tags.is_empty() {
        out.extend_from_slice(br#","tags":"#);
        json(&line.tags, out);
    }
    if !line.metadata.is_empty() {
        out.extend_from_slice(br#","metadata":"#);
        json(&line.metadata, out);
    }
    out.extend_from_slice(b"}\n");
}

const VEC: &str = "writing to a vector does not fail";

fn json<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("text, tags and metadata have string keys only");
}
