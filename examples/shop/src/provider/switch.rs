use factum::prelude::*;

/// Which service: there is one, [`SwitchId::default`].
#[derive(Id, Clone, Debug, PartialEq, Eq)]
pub struct SwitchId(String);

impl Default for SwitchId {
    fn default() -> Self {
        "main".into()
    }
}

/// The service answers nobody any more.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct ServiceStopped {}

/// The service answers again.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
pub struct ServiceStarted {}

/// Whether the service runs. It is in the log, so that it stops for all processes of the shop.
#[derive(Aggregate, Clone, Debug, Default, PartialEq)]
#[aggregate(category = "provider_switch", id = SwitchId, events(ServiceStopped, ServiceStarted))]
pub struct Switch {
    is_off: bool,
}

impl Switch {
    /// Whether it runs.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        !self.is_off
    }
}

impl Apply<ServiceStopped> for Switch {
    fn apply(&mut self, _: &ServiceStopped) {
        self.is_off = true;
    }
}

impl Apply<ServiceStarted> for Switch {
    fn apply(&mut self, _: &ServiceStarted) {
        self.is_off = false;
    }
}

/// Stops it.
#[derive(Clone, Debug, Default, Command)]
pub struct StopService {
    /// Which.
    pub switch: SwitchId,
}

/// Starts it.
#[derive(Clone, Debug, Default, Command)]
pub struct StartService {
    /// Which.
    pub switch: SwitchId,
}

impl Handle<StopService> for Switch {
    type Rejection = Never;

    fn handle(&self, _: &StopService) -> Result<Events<Self>, Never> {
        Ok(if self.is_off { Events::none() } else { ServiceStopped {}.into() })
    }
}

impl Handle<StartService> for Switch {
    type Rejection = Never;

    fn handle(&self, _: &StartService) -> Result<Events<Self>, Never> {
        Ok(if self.is_off { ServiceStarted {}.into() } else { Events::none() })
    }
}
