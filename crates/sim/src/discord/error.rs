//! The errors that the REST API answers with: a status, a JSON code, a message and, for forms, what is
//! wrong where.

use serde_json::{Map, Value, json};

/// An error answer.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    pub status: u16,
    pub code: u32,
    pub message: String,
    pub errors: Option<Value>,
}

pub(super) type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    pub(super) fn new(status: u16, code: u32, message: &str) -> Self {
        Self { status, code, message: message.to_owned(), errors: None }
    }

    pub(super) fn body(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

macro_rules! known {
    ($($name:ident = $status:literal, $code:literal, $message:literal;)*) => {
        impl ApiError {
            $(pub(super) fn $name() -> Self {
                Self::new($status, $code, $message)
            })*
        }
    };
}

known! {
    unauthorized = 401, 0, "401: Unauthorized";
    no_route = 404, 0, "404: Not Found";
    wrong_method = 405, 0, "405: Method Not Allowed";
    unknown_channel = 404, 10003, "Unknown Channel";
    unknown_guild = 404, 10004, "Unknown Guild";
    unknown_member = 404, 10007, "Unknown Member";
    unknown_message = 404, 10008, "Unknown Message";
    unknown_user = 404, 10013, "Unknown User";
    unknown_webhook = 404, 10015, "Unknown Webhook";
    unknown_interaction = 404, 10062, "Unknown interaction";
    unknown_command = 404, 10063, "Unknown application command";
    other_application = 403, 20012, "You are not authorized to perform this action on this application";
    too_many_files = 400, 30015, "Maximum number of attachments in a message reached (10)";
    too_many_commands = 400, 30032, "Maximum number of application commands reached (100)";
    too_large = 413, 40005, "Request entity too large";
    acknowledged = 400, 40060, "Interaction has already been acknowledged.";
    missing_access = 403, 50001, "Missing Access";
    direct_too_fast = 403, 40003, "You are opening direct messages too fast";
    not_author = 403, 50005, "Cannot edit a message authored by another user";
    empty_message = 400, 50006, "Cannot send an empty message";
    no_direct_messages = 403, 50007, "Cannot send messages to this user";
    not_text = 400, 50008, "Cannot send messages in a non-text channel";
    missing_permissions = 403, 50013, "Missing Permissions";
    bad_webhook_token = 401, 50027, "Invalid Webhook Token";
    archived = 400, 50083, "Thread is archived";
    no_mutual_guild = 403, 50278, "Cannot send messages to this user due to having no mutual guilds";
    not_json = 400, 50109, "The request body contains invalid JSON.";
    locked = 403, 160_005, "Thread is locked";
    moderated = 400, 200_000, "Message was blocked by automatic moderation";
    harmful_link = 400, 240_000, "Message blocked by harmful links filter";
}

/// Collects what is wrong with a form, field by field.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, &'static str, String)>);

impl Form {
    /// `path` names the field, its parts joined by dots: `embeds.0.title`.
    pub(super) fn wrong(&mut self, path: &str, code: &'static str, message: impl Into<String>) {
        self.0.push((path.to_owned(), code, message.into()));
    }

    pub(super) fn too_long(&mut self, path: &str, max: usize) {
        self.wrong(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {max} or fewer in length."));
    }

    pub(super) fn bad_length(&mut self, path: &str, min: usize, max: usize) {
        self.wrong(path, "BASE_TYPE_BAD_LENGTH", format!("Must be between {min} and {max} in length."));
    }

    pub(super) fn required(&mut self, path: &str) {
        self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    pub(super) fn choice(&mut self, path: &str, value: &Value, of: &str) {
        self.wrong(path, "BASE_TYPE_CHOICES", format!("Value \"{value}\" must be one of {of}."));
    }

    /// The error, if anything is wrong.
    pub(super) fn finish(self) -> ApiResult<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut errors = Value::Object(Map::new());
        for (path, code, message) in self.0 {
            let mut at = &mut errors;
            for part in path.split('.').filter(|part| !part.is_empty()) {
                at = &mut at[part];
            }
            if at["_errors"].is_null() {
                at["_errors"] = json!([]);
            }
            if let Some(list) = at["_errors"].as_array_mut() {
                list.push(json!({ "code": code, "message": message }));
            }
        }
        Err(ApiError { errors: Some(errors), ..ApiError::new(400, 50035, "Invalid Form Body") })
    }
}

/// A form whose one field is wrong.
pub(super) fn invalid(path: &str, code: &'static str, message: impl Into<String>) -> ApiError {
    let mut form = Form::default();
    form.wrong(path, code, message);
    match form.finish() {
        Err(error) => error,
        Ok(()) => ApiError::new(400, 50035, "Invalid Form Body"),
    }
}
