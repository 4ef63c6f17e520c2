//! Configuration: a TOML file, and variables of the environment over it.
//!
//! `PREFIX__SECTION__KEY=value` sets `key` of `[section]`. A value is read as TOML where
//! it is TOML (`8`, `true`, `["a"]`), else as a string. Types should say
//! `#[serde(deny_unknown_fields)]`: then a misspelt key is an error, and no service runs
//! on defaults that nobody asked for.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// Why a service does not start.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("[BL-CFG-001] {}: {source}; name a file with --config", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no TOML, or a value in it is not what the service takes.
    #[error("[BL-CFG-002] {}, line {line}: {reason}", path.display())]
    Line {
        /// Which file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong and what is taken instead.
        reason: String,
    },
    /// A variable of the environment is not what the service takes.
    #[error("[BL-CFG-003] variable {variable}: {reason}")]
    Variable {
        /// Which variable.
        variable: String,
        /// What is wrong.
        reason: String,
    },
    /// Something is missing, or values do not go together.
    #[error("[BL-CFG-004] {what}: {reason}")]
    Invalid {
        /// Which key.
        what: String,
        /// What is wrong and the cure.
        reason: String,
    },
}

impl ConfigError {
    /// A value that the service itself refuses.
    pub fn invalid(what: &str, reason: impl Into<String>) -> Self {
        Self::Invalid {
            what: what.to_owned(),
            reason: reason.into(),
        }
    }
}

/// Reads a service's configuration: `path` if there is one, then every variable of the
/// environment that begins with `prefix` and two underscores.
///
/// # Errors
/// [`ConfigError`], naming the file and line or the variable.
pub fn load<T: DeserializeOwned>(path: Option<&Path>, prefix: &str) -> Result<T, ConfigError> {
    let text = match path {
        Some(path) => Some((path, read(path)?)),
        None => None,
    };
    let variables = std::env::vars().filter(|(name, _)| name.starts_with(prefix));
    let file = text.as_ref().map(|(path, text)| (*path, text.as_str()));
    parse(file, prefix, variables)
}

/// What a service is configured by.
pub trait Settings: DeserializeOwned {
    /// What its variables of the environment begin with.
    const PREFIX: &'static str;

    /// Checks what one value cannot say alone.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`], naming the key as in `section.key`, and the cure.
    fn check(&self) -> Result<(), ConfigError>;
}

/// Reads a service's settings as [`load`] does, and checks them. Of a value that does not
/// do, its line is named where it stands in the file.
///
/// # Errors
/// [`ConfigError`].
pub fn settings<T: Settings>(path: Option<&Path>) -> Result<T, ConfigError> {
    let loaded: T = load(path, T::PREFIX)?;
    match loaded.check() {
        Err(ConfigError::Invalid { what, reason }) => {
            let found = path.and_then(|path| Some((path, line_of_key(&read(path).ok()?, &what)?)));
            Err(match found {
                Some((path, line)) => ConfigError::Line {
                    path: path.to_owned(),
                    line,
                    reason: format!("{what}: {reason}"),
                },
                None => ConfigError::Invalid { what, reason },
            })
        }
        checked => checked.map(|()| loaded),
    }
}

/// Refuses a value outside of these, with what would do.
///
/// # Errors
/// [`ConfigError::Invalid`].
pub fn within<T: PartialOrd + std::fmt::Display + Copy>(
    what: &str,
    value: T,
    least: T,
    most: T,
) -> Result<(), ConfigError> {
    if value < least || value > most {
        let reason = format!("it is {value}: take {least} to {most}");
        return Err(ConfigError::invalid(what, reason));
    }
    Ok(())
}

/// The line of `section.key`, counted from 1.
fn line_of_key(text: &str, what: &str) -> Option<usize> {
    let (section, key) = what.rsplit_once('.').unwrap_or(("", what));
    let mut at = "";
    for (number, line) in (1_usize..).zip(text.lines()) {
        let line = line.trim();
        let header = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        if let Some((name, _)) = header {
            at = name.trim();
        } else if at == section
            && let Some((name, _)) = line.split_once('=')
            && name.trim() == key
        {
            return Some(number);
        }
    }
    None
}

fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|source| ConfigError::Io {
        path: path.to_owned(),
        source,
    })
}

/// [`load`] without a disk or an environment.
///
/// # Errors
/// As [`load`].
pub fn parse<T: DeserializeOwned>(
    file: Option<(&Path, &str)>,
    prefix: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<T, ConfigError> {
    let mut table = Table::new();
    if let Some((path, text)) = file {
        let at = |error: &toml::de::Error| ConfigError::Line {
            path: path.to_owned(),
            line: line_of(text, error),
            reason: error.message().to_owned(),
        };
        table = toml::from_str(text).map_err(|error| at(&error))?;
        // The whole type, straight from the text: only so do errors know their line. What
        // is merely missing may still come from a variable.
        if let Err(error) = toml::from_str::<T>(text)
            && !error.message().starts_with("missing field")
        {
            return Err(at(&error));
        }
    }
    let mut last = None;
    for (name, value) in variables {
        let Some(keys) = name.strip_prefix(prefix).and_then(|k| k.strip_prefix("__")) else {
            continue;
        };
        let keys = keys.to_ascii_lowercase();
        let keys: Vec<_> = keys.split("__").collect();
        set(&mut table, &keys, value).map_err(|reason| ConfigError::Variable {
            variable: name.clone(),
            reason,
        })?;
        let seen: Result<T, _> = Value::Table(table.clone()).try_into();
        match seen {
            Err(error) if !error.message().starts_with("missing field") => {
                return Err(ConfigError::Variable {
                    variable: name,
                    reason: error.message().to_owned(),
                });
            }
            _ => last = Some(name),
        }
    }
    Value::Table(table)
        .try_into()
        .map_err(|error: toml::de::Error| {
            let place = match (&file, &last) {
                (Some((path, _)), _) => path.display().to_string(),
                (None, Some(variable)) => format!("after variable {variable}"),
                (None, None) => "no file and no variable".to_owned(),
            };
            ConfigError::invalid(
                &place,
                format!("{}; add it, or set {prefix}__…", error.message().trim_end()),
            )
        })
}

fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or(text);
    before.matches('\n').count().saturating_add(1)
}

fn set(table: &mut Table, keys: &[&str], value: String) -> Result<(), String> {
    match keys {
        [] => Err("it names no key".to_owned()),
        [key] => {
            // `key = value` read as TOML says what kind of value it is.
            let parsed = toml::from_str::<Table>(&format!("value = {value}"));
            let parsed = parsed.ok().and_then(|mut table| table.remove("value"));
            let value = parsed.unwrap_or(Value::String(value));
            table.insert((*key).to_owned(), value);
            Ok(())
        }
        [section, rest @ ..] => {
            let entry = table
                .entry((*section).to_owned())
                .or_insert_with(|| Value::Table(Table::new()));
            match entry {
                Value::Table(inner) => set(inner, rest, value),
                _ => Err(format!("{section} is a value, not a section")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde::Deserialize;

    use super::{ConfigError, Settings, line_of_key, parse, settings, within};

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Service {
        home: String,
        #[serde(default)]
        http: Http,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Http {
        listen: String,
        limit: u32,
    }

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<Service, String> {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let file = (Path::new("service.toml"), text);
        parse(Some(file), "APP", variables).map_err(|error| error.to_string())
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let text = "home = \"here\"\n[http]\nlisten = \"a\"\nlimit = 1\n";
        let service = read(
            text,
            &[("APP__HTTP__LIMIT", "7"), ("APP__HTTP__LISTEN", "b:1")],
        );
        let http = Http {
            listen: "b:1".to_owned(),
            limit: 7,
        };
        let home = "here".to_owned();
        assert_eq!(service, Ok(Service { home, http }));
    }

    #[test]
    fn errors_name_the_line_or_the_variable() {
        let misspelt = read("home = \"x\"\n[http]\nlimmit = 3\n", &[]).unwrap_err();
        assert!(misspelt.contains("service.toml, line 3"), "{misspelt}");
        assert!(misspelt.contains("limmit"), "{misspelt}");
        let typed = read("home = 3\n", &[]).unwrap_err();
        assert!(typed.contains("line 1"), "{typed}");
        let variable = read("home = \"x\"", &[("APP__HTTP__LIMIT", "many")]).unwrap_err();
        assert!(variable.contains("APP__HTTP__LIMIT"), "{variable}");
        let missing = read("[http]\nlimit = 1\n", &[]).unwrap_err();
        assert!(missing.contains("home"), "{missing}");
    }

    impl Settings for Service {
        const PREFIX: &'static str = "BALLAST_TEST_OF_SETTINGS";

        fn check(&self) -> Result<(), ConfigError> {
            within("http.limit", self.http.limit, 1, 9)
        }
    }

    #[test]
    fn a_value_that_does_not_do_is_named_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("service.toml");
        std::fs::write(&path, "home = \"x\"\n# a word\n[http]\nlimit = 12\n").unwrap();
        let error = settings::<Service>(Some(&path)).unwrap_err().to_string();
        assert!(
            error.contains("service.toml, line 4: http.limit"),
            "{error}"
        );
        assert!(error.contains("take 1 to 9"), "{error}");
        // A default that does not do has no line.
        std::fs::write(&path, "home = \"x\"\n").unwrap();
        let error = settings::<Service>(Some(&path)).unwrap_err().to_string();
        assert!(error.contains("[BL-CFG-004] http.limit"), "{error}");
        std::fs::write(&path, "home = \"x\"\n[http]\nlimit = 3\n").unwrap();
        assert_eq!(settings::<Service>(Some(&path)).unwrap().http.limit, 3);
    }

    #[test]
    fn keys_are_told_apart_by_their_section() {
        let text = "limit = 1\n[a]\nlimits = 2\n[http] # here\n limit=3\n";
        assert_eq!(line_of_key(text, "limit"), Some(1));
        assert_eq!(line_of_key(text, "http.limit"), Some(5));
        assert_eq!(line_of_key(text, "a.limit"), None);
    }

    #[test]
    fn what_the_file_lacks_may_come_from_the_environment() {
        let service = read("[http]\nlimit = 1\n", &[("APP__HOME", "there")]).unwrap();
        assert_eq!(service.home, "there");
    }
}
