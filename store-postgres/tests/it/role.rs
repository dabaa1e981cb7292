//! A role that is no owner of anything.

use crate::place::Place;
use factum_store_postgres::PgStore;

/// What `sql/roles.sql` says that an application needs.
pub(crate) const GRANTS: &str = include_str!("../../sql/roles.sql");

/// A role that is dropped with all of its rights.
pub(crate) struct Role<'a> {
    place: &'a Place,
    name: String,
}

impl<'a> Role<'a> {
    pub(crate) async fn new(place: &'a Place) -> Self {
        let name = format!("role_{}", place.schema());
        let sql = place.sql().await;
        sql.batch_execute(&format!("CREATE ROLE {name} LOGIN")).await.unwrap();
        Self { place, name }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn run(&self, grants: &str) {
        let grants = grants.replace("SCHEMA factum ", &format!("SCHEMA {} ", self.place.schema()));
        let grants = grants.replace("factum.", &format!("{}.", self.place.schema()));
        self.place.sql().await.batch_execute(&grants.replace("application", &self.name)).await.unwrap();
    }

    pub(crate) const fn place(&self) -> &Place {
        self.place
    }

    /// A store of this role, which makes no tables.
    pub(crate) async fn open(&self) -> PgStore {
        self.place.config_at(&self.url()).migrate(false).open().await.unwrap()
    }

    pub(crate) fn url(&self) -> String {
        let mut url = url::Url::parse(self.place.url()).unwrap();
        url.set_username(&self.name).unwrap();
        url.into()
    }

    pub(crate) async fn drop(self) {
        let sql = self.place.sql().await;
        let drop = format!("DROP OWNED BY {0}; DROP ROLE {0}", self.name);
        sql.batch_execute(&drop).await.unwrap();
    }
}
