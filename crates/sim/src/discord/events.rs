//! Scheduled events of servers: the ones that take place elsewhere (EXTERNAL), which need an end and a place.
//!
//! Owns what such an event is and what Discord refuses about one. Source: Discord's documentation, "Guild Scheduled
//! Event". Events in voice and stage channels aren't modelled: they are refused as if their kind didn't exist.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::error::{ApiError, ApiResult, Form};
use super::state::State;
use super::validation::text;
use super::wire;
use super::world::World;

/// Scheduled and active events that a server may have.
pub(super) const OPEN_AT_MOST: usize = 100;
/// The intent that hears of events.
const GUILD_SCHEDULED_EVENTS: u64 = 1 << 16;
/// EXTERNAL.
const EXTERNAL: u64 = 3;

/// A scheduled event.
#[derive(Clone, Debug)]
pub struct ScheduledEvent {
    /// Its id.
    pub id: u64,
    /// Its server.
    pub guild_id: u64,
    /// Who made it.
    pub creator_id: u64,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// Where it takes place.
    pub location: String,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// 1 scheduled, 2 active, 3 completed, 4 cancelled.
    pub status: u64,
}

impl ScheduledEvent {
    /// Whether it counts against what a server may have.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.status, 1 | 2)
    }

    /// The event as it is at a moment, where that changes it: such events begin and end by themselves at their times.
    pub(super) fn turned(&self, now: Timestamp) -> Option<Self> {
        let status = match self.status {
            1 | 2 if self.end <= now => 3,
            1 if self.start <= now => 2,
            _ => return None,
        };
        Some(Self { status, ..self.clone() })
    }

    /// A new event out of a checked body.
    pub(super) fn made(
        body: &Value,
        id: u64,
        guild_id: u64,
        creator_id: u64,
        now: Timestamp,
    ) -> ApiResult<Self> {
        let mut form = Form::default();
        if body["name"].is_null() {
            form.required("name");
        }
        if body["entity_metadata"]["location"].is_null() {
            form.required("entity_metadata.location");
        }
        if body["entity_type"].is_null() {
            form.required("entity_type");
        }
        if body["privacy_level"] != 2 {
            form.choice("privacy_level", &body["privacy_level"], "(2,)");
        }
        for name in ["scheduled_start_time", "scheduled_end_time"] {
            if body[name].is_null() {
                form.required(name);
            }
        }
        form.finish()?;
        let event = Self {
            id,
            guild_id,
            creator_id,
            name: String::new(),
            description: None,
            location: String::new(),
            start: now,
            end: now,
            status: 1,
        };
        event.changed(body, now)
    }

    /// The event with what a body changes; what the body doesn't name stays.
    pub(super) fn changed(&self, body: &Value, now: Timestamp) -> ApiResult<Self> {
        let mut form = Form::default();
        let mut changed = self.clone();
        let given = |name: &str| body.get(name).filter(|value| !value.is_null());
        let least = |at: &Value, field: &str| usize::from(!at[field].is_null());
        text(&mut form, body, "name", least(body, "name"), 100);
        text(&mut form, body, "description", 0, 1000);
        let place = &body["entity_metadata"];
        text(&mut form, place, "entity_metadata.location", least(place, "location"), 100);
        if given("entity_type").is_some_and(|kind| kind.as_u64() != Some(EXTERNAL)) {
            form.choice("entity_type", &body["entity_type"], "(3,)");
        }
        if given("channel_id").is_some() {
            form.wrong("channel_id", "BASE_TYPE_INVALID", "An external event takes place in no channel");
        }
        for (name, time) in
            [("scheduled_start_time", &mut changed.start), ("scheduled_end_time", &mut changed.end)]
        {
            match given(name).map(|value| value.as_str().and_then(|text| text.parse().ok())) {
                Some(Some(given)) => *time = given,
                Some(None) => form.wrong(name, "DATE_TIME_TYPE_PARSE", "Could not parse. Should be ISO8601."),
                None => {}
            }
        }
        if given("scheduled_start_time").is_some() && changed.start <= now {
            form.wrong(
                "scheduled_start_time",
                "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
                "Cannot schedule event in the past.",
            );
        }
        if changed.end <= changed.start {
            form.wrong(
                "scheduled_end_time",
                "GUILD_SCHEDULED_EVENT_END_BEFORE_START",
                "Cannot schedule event to end before it starts.",
            );
        }
        form.finish()?;
        if let Some(name) = body["name"].as_str() {
            name.clone_into(&mut changed.name);
        }
        if let Some(description) = body.get("description") {
            changed.description = description.as_str().map(str::to_owned);
        }
        if let Some(location) = body["entity_metadata"]["location"].as_str() {
            location.clone_into(&mut changed.location);
        }
        if let Some(status) = given("status").and_then(Value::as_u64).filter(|status| *status != self.status)
        {
            if !matches!((self.status, status), (1, 2 | 4) | (2, 3)) {
                return Err(ApiError::new(400, 180_000, "Cannot update a finished event"));
            }
            changed.status = status;
        } else if !self.is_open() {
            return Err(ApiError::new(400, 180_000, "Cannot update a finished event"));
        }
        Ok(changed)
    }
}

/// The event as the API gives it.
pub(super) fn body_of(world: &World, event: &ScheduledEvent) -> Value {
    json!({
        "id": wire::id(event.id),
        "guild_id": wire::id(event.guild_id),
        "channel_id": null,
        "creator_id": wire::id(event.creator_id),
        "creator": wire::user_by_id(world, event.creator_id),
        "name": event.name,
        "description": event.description,
        "image": null,
        "scheduled_start_time": wire::time(event.start),
        "scheduled_end_time": wire::time(event.end),
        "privacy_level": 2,
        "status": event.status,
        "entity_type": EXTERNAL,
        "entity_id": null,
        "entity_metadata": { "location": event.location },
        "recurrence_rule": null,
        "guild_scheduled_event_exceptions": [],
    })
}

impl State {
    /// The event as the API gives it.
    pub(super) fn event_body(&self, event: &ScheduledEvent) -> Value {
        body_of(&self.world, event)
    }

    /// Lets events begin and end whose time it is.
    pub(super) fn turn_events(&mut self) {
        let now = self.today();
        let turned: Vec<ScheduledEvent> =
            self.world.events.values().filter_map(|event| event.turned(now)).collect();
        for event in turned {
            self.put_event(event);
        }
    }

    /// Puts an event into the world, new or changed.
    pub(super) fn put_event(&mut self, event: ScheduledEvent) -> Value {
        let known = self.world.events.contains_key(&event.id);
        let name = if known { "GUILD_SCHEDULED_EVENT_UPDATE" } else { "GUILD_SCHEDULED_EVENT_CREATE" };
        let body = self.event_body(&event);
        self.tell(event.guild_id, GUILD_SCHEDULED_EVENTS, name, &body);
        self.world.events.insert(event.id, event);
        body
    }

    /// Takes an event away; whether there was one.
    pub(super) fn remove_event(&mut self, id: u64) -> bool {
        let Some(event) = self.world.events.remove(&id) else { return false };
        let body = self.event_body(&event);
        self.tell(event.guild_id, GUILD_SCHEDULED_EVENTS, "GUILD_SCHEDULED_EVENT_DELETE", &body);
        true
    }

    /// The present moment on Discord's calendar.
    pub(super) fn today(&self) -> Timestamp {
        self.clock.now().timestamp
    }
}
