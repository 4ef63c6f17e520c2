//! Where a password comes from. Never from a flag: those stand in the process list
//! and in the shell's history.

use std::env;
use std::fs;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::KeyError;

/// The shortest password that new keys take.
const SHORTEST: usize = 8;

/// Where a password comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    /// Typed at a terminal.
    Prompt,
    /// The first line of a file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
}

impl Password {
    /// Reads it, to open the key `name`.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn read(&self, name: &str) -> Result<Zeroizing<String>, KeyError> {
        let none = |reason: String| KeyError::NoPassword(reason);
        let text = match self {
            Self::Prompt => {
                let typed = rpassword::prompt_password(format!("Password of {name}: "));
                Zeroizing::new(typed.map_err(|error| {
                    none(format!(
                        "no password could be typed: {error}; name a file with it"
                    ))
                })?)
            }
            Self::File(path) => {
                let text = fs::read_to_string(path);
                let shown = path.display();
                let text = text.map_err(|error| none(format!("password file {shown}: {error}")))?;
                Zeroizing::new(text)
            }
            Self::Environment(variable) => {
                let text = env::var(variable);
                let text = text.map_err(|error| none(format!("${variable}: {error}")))?;
                Zeroizing::new(text)
            }
        };
        let line = text.lines().next().unwrap_or_default();
        if line.is_empty() {
            return Err(none("the password is empty".to_owned()));
        }
        Ok(Zeroizing::new(line.to_owned()))
    }

    /// Reads one for a new key: typed twice at a terminal, and not too short.
    ///
    /// # Errors
    /// When it cannot be had or will not do.
    pub fn read_new(&self, name: &str) -> Result<Zeroizing<String>, KeyError> {
        let password = self.read(name)?;
        if password.chars().count() < SHORTEST {
            let text =
                format!("the password has fewer than {SHORTEST} characters; take a longer one");
            return Err(KeyError::NoPassword(text));
        }
        if *self == Self::Prompt && *self.read(&format!("{name} again"))? != *password {
            let text = "the two passwords differ; try again".to_owned();
            return Err(KeyError::NoPassword(text));
        }
        Ok(password)
    }
}
