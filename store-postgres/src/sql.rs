//! The statements, as they are for one schema.

use factum_core::store::Direction;
use tokio_postgres::types::Type;

/// The schema that the files name.
const WRITTEN: &str = "factum.";

/// Brings the statements in `sql/` to one schema.
#[derive(Clone, Debug)]
pub(crate) struct Sql {
    schema: String,
    pub(crate) read: Read,
    pub(crate) scan: Scan,
    pub(crate) append: Append,
    pub(crate) group: Group,
    pub(crate) watermark: Watermark,
    pub(crate) checkpoint: Checkpoint,
    pub(crate) snapshot: Snapshot,
    pub(crate) inbox: Inbox,
    pub(crate) lease: Lease,
    pub(crate) quarantine: Quarantine,
    pub(crate) generation: Generation,
    pub(crate) inline: Inline,
    pub(crate) repair: Repair,
}

/// A statement and the types of its parameters, so that it needs no question to the server before it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) types: Vec<Type>,
}

impl Statement {
    fn new(text: &str, types: Vec<Type>) -> Self {
        Self { text: text.to_owned(), types }
    }
}

/// A statement that can go in either direction, which its file leaves open.
#[derive(Clone, Debug)]
pub(crate) struct Ordered {
    forward: Statement,
    backward: Statement,
}

impl Ordered {
    fn new(text: &str, types: Vec<Type>) -> Self {
        let forward = Statement::new(&text.replace("{order}", "ASC"), types.clone());
        Self { forward, backward: Statement::new(&text.replace("{order}", "DESC"), types) }
    }

    pub(crate) const fn towards(&self, direction: Direction) -> &Statement {
        match direction {
            Direction::Forward => &self.forward,
            Direction::Backward => &self.backward,
        }
    }
}

/// A statement of which some lines are for guarded appends only, and some for the others.
#[derive(Clone, Debug)]
pub(crate) struct Guarded {
    pub(crate) plain: Statement,
    pub(crate) guarded: Statement,
}

impl Guarded {
    /// How many of the parameters there are without guards.
    const PLAIN: usize = 11;

    fn new(text: &str, types: Vec<Type>) -> Self {
        let with = |mark: &str, other: &str| {
            let lines = text.lines().filter(|line| !line.starts_with(other));
            lines.map(|line| line.trim_start_matches(mark)).collect::<Vec<_>>().join("\n")
        };
        Self {
            plain: Statement::new(&with("{plain}", "{guarded}"), types[..Self::PLAIN].to_vec()),
            guarded: Statement::new(&with("{guarded}", "{plain}"), types),
        }
    }
}

macro_rules! statements {
    ($(#[$doc:meta])* $group:ident of $kind:ident from $folder:literal: $($name:ident ($($type:ident),*);)*) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $group {
            $(pub(crate) $name: $kind,)*
        }

        impl $group {
            fn new(schema: &str) -> Self {
                Self {
                    $($name: $kind::new(
                        &in_schema(include_str!(concat!("../sql/", $folder, "/", stringify!($name), ".sql")), schema),
                        vec![$(Type::$type),*],
                    ),)*
                }
            }
        }
    };
}

statements! {
    /// What readers run.
    Read of Statement from "read":
    everything_forward(INT8, INT8, INT8);
    settled(INT8, INT8, TEXT_ARRAY, TEXT_ARRAY, INT8);
    choose_page(TEXT, TEXT, TEXT);
    copy_page();
    streams_from(INT8_ARRAY, INT8_ARRAY, INT8);
    streams_named(INT8_ARRAY, INT8_ARRAY, INT8, TEXT_ARRAY, TEXT_ARRAY);
    positions_of(UUID_ARRAY, BYTEA_ARRAY);
    streams(TEXT, TEXT, INT8);
    streams_of_category(TEXT, TEXT, INT8);
    streams_by_id(INT4_ARRAY);
    types();
}

statements! {
    /// What readers run in either direction.
    Scan of Ordered from "read":
    log(INT8, INT8, INT8, TEXT_ARRAY, TEXT_ARRAY, INT8);
    tagged(INT8, INT8, INT8, TEXT, TEXT_ARRAY, TEXT_ARRAY, TEXT_ARRAY, INT8);
    stream(INT8, INT8, INT8);
    named_stream(TEXT, TEXT, INT8, INT8, INT8);
}

statements! {
    /// What writers run.
    Append of Statement from "append":
    next(INT8, INT2, UUID, BYTEA, TEXT);
    next_of_several(INT8_ARRAY, INT8_ARRAY, INT2_ARRAY, UUID_ARRAY, BYTEA_ARRAY, TEXT_ARRAY, BYTEA_ARRAY);
    next_or_first(
        INT8_ARRAY, INT8_ARRAY, INT2_ARRAY, UUID_ARRAY, BYTEA_ARRAY, TEXT_ARRAY, BYTEA_ARRAY, TEXT_ARRAY, TEXT_ARRAY, INT8_ARRAY
    );
    one(INT4, INT8, INT2, UUID, BYTEA, TEXT);
    tagged(
        INT4, INT8, TEXT, TEXT, INT2, UUID, BYTEA, TEXT, TEXT_ARRAY, BOOL_ARRAY, INT4_ARRAY, TEXT_ARRAY, INT8_ARRAY, TEXT_ARRAY
    );
    first(TEXT, TEXT, INT2_ARRAY, UUID_ARRAY, BYTEA_ARRAY, TEXT_ARRAY, BYTEA_ARRAY);
    batch(
        BOOL, TEXT_ARRAY, BOOL_ARRAY, INT4_ARRAY, INT4_ARRAY, TEXT_ARRAY, TEXT_ARRAY, INT8_ARRAY, INT4_ARRAY,
        INT4_ARRAY, INT2_ARRAY, UUID_ARRAY, BYTEA_ARRAY, TEXT_ARRAY, BYTEA_ARRAY, INT4_ARRAY, TEXT_ARRAY, TEXT, TEXT
    );
    copy_events();
    copy_tags();
    add_types(TEXT_ARRAY, INT8_ARRAY);
}

statements! {
    /// What writers run with guards or without.
    Group of Guarded from "append":
    several(
        INT4_ARRAY, INT8_ARRAY, TEXT_ARRAY, TEXT_ARRAY, INT4_ARRAY, INT4_ARRAY, INT2_ARRAY, UUID_ARRAY, BYTEA_ARRAY,
        TEXT_ARRAY, BYTEA_ARRAY, TEXT_ARRAY, BOOL_ARRAY, INT4_ARRAY, TEXT_ARRAY, INT8_ARRAY, INT4_ARRAY, TEXT_ARRAY
    );
}

statements! {
    /// What the watermark task runs.
    Watermark of Statement from "watermark":
    visible(INT8);
    holders();
    publish(INT8);
    published();
}

statements! {
    /// What moves checkpoints.
    Checkpoint of Statement from "checkpoint":
    load(TEXT, UUID, INT4);
    logs(TEXT);
    claim(TEXT, UUID, INT4);
    reset(TEXT, UUID, INT4);
    advance(TEXT, UUID, INT4, INT8, INT8);
    commit(TEXT, UUID, INT4, INT8, INT8);
}

statements! {
    /// What keeps snapshots.
    Snapshot of Statement from "snapshot":
    load(TEXT, TEXT, INT8);
    save(TEXT, TEXT, INT8, INT8, BYTEA);
    delete(TEXT, TEXT);
}

statements! {
    /// What keeps inboxes.
    Inbox of Statement from "inbox":
    receive(TEXT, TEXT_ARRAY);
    received(TEXT, TEXT_ARRAY);
    forget(TEXT, INT8, INT8);
}

statements! {
    /// What shares partitions among nodes.
    Lease of Statement from "lease":
    now();
    found(TEXT, UUID, INT4, INT8);
    beat(TEXT, UUID, UUID, INT8, INT4);
    lease(TEXT, UUID, INT4, UUID, INT8, INT4);
    release(TEXT, UUID, INT4, UUID);
    leave(TEXT, UUID, UUID);
    groups();
}

statements! {
    /// What keeps events that could not be applied.
    Quarantine of Statement from "quarantine":
    park(TEXT, UUID, INT4, TEXT_ARRAY, INT8_ARRAY, TEXT_ARRAY, TEXT_ARRAY, TEXT_ARRAY, INT8_ARRAY);
    release(TEXT, UUID, TEXT_ARRAY, INT8_ARRAY);
    release_all(TEXT, UUID, TEXT);
    failed(TEXT, UUID, TEXT, INT8, TEXT, INT8, INT2);
    parked(TEXT, UUID, INT4, TEXT, TEXT, INT8, BOOL, INT8, INT8, INT8);
    quarantines();
    request(TEXT, UUID, TEXT, INT2, INT8);
    requests(TEXT, UUID, INT4);
}

statements! {
    /// What knows which generation of a read model is read.
    Generation of Statement from "generation":
    generations(TEXT);
    rebuild(TEXT, BOOL);
    activate(TEXT, INT4, UUID, TEXT, TEXT);
    release(TEXT);
    abandon(TEXT);
    remove(TEXT, INT4, TEXT);
}

statements! {
    /// What knows which documents are to be made anew.
    Repair of Statement from "repair":
    ask(TEXT, UUID, TEXT, UUID);
    list(TEXT, UUID, TEXT);
    done(TEXT, UUID, UUID);
    failed(TEXT, UUID, UUID, TEXT);
}

statements! {
    /// What applies events in the transaction that appends them.
    Inline of Statement from "inline":
    lock(TEXT_ARRAY, UUID, TEXT);
    settled(INT8, INT8);
    others(TEXT_ARRAY);
    is_next(INT8, INT8, INT8_ARRAY, TEXT, UUID, TEXT, INT4, TEXT_ARRAY, TEXT_ARRAY, TEXT_ARRAY);
    applied(TEXT, UUID, INT8);
}

impl Sql {
    pub(crate) fn new(schema: &str) -> Self {
        Self {
            schema: schema.to_owned(),
            read: Read::new(schema),
            scan: Scan::new(schema),
            append: Append::new(schema),
            group: Group::new(schema),
            watermark: Watermark::new(schema),
            checkpoint: Checkpoint::new(schema),
            snapshot: Snapshot::new(schema),
            inbox: Inbox::new(schema),
            lease: Lease::new(schema),
            quarantine: Quarantine::new(schema),
            generation: Generation::new(schema),
            inline: Inline::new(schema),
            repair: Repair::new(schema),
        }
    }

    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }

    /// The text of a file in `sql/`, for this schema.
    pub(crate) fn text(&self, file: &str) -> String {
        in_schema(file, &self.schema)
    }
}

/// In quotes, since a schema may have the name of a keyword.
fn in_schema(text: &str, schema: &str) -> String {
    // What a file says about itself need not be sent.
    let code = text.lines().filter(|line| !line.trim_start().starts_with("--"));
    let code = code.collect::<Vec<_>>().join("\n");
    code.replace(WRITTEN, &format!("\"{schema}\"."))
}
