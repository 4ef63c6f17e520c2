//! What is left when all has ended.

use std::{fs, io, path::Path};

use crate::{ChaosError, error::wrong};

/// Endings of files that stand for something unfinished.
const UNFINISHED: [&str; 5] = [".lock", ".pid", ".new", ".tmp", ".partial"];

/// That no process runs that was started for this folder, and that it holds nothing
/// unfinished.
pub(crate) fn check(work: &Path) -> Result<(), ChaosError> {
    let io = |path: &Path| {
        let path = path.display().to_string();
        move |source| ChaosError::File { path, source }
    };
    let processes = running(work).map_err(io(Path::new("/proc")))?;
    if !processes.is_empty() {
        return wrong(format!("still running: {}", processes.join("; ")));
    }
    let mut found = Vec::new();
    walk(work, &mut found).map_err(io(work))?;
    if found.is_empty() {
        return Ok(());
    }
    wrong(format!("left behind: {}", found.join(", ")))
}

/// Command lines that name the folder.
fn running(work: &Path) -> io::Result<Vec<String>> {
    let work = work.display().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let path = entry?.path().join("cmdline");
        // Not a process, or one that has just ended.
        let Ok(bytes) = fs::read(path) else { continue };
        let line = String::from_utf8_lossy(&bytes).replace('\0', " ");
        if line.contains(&work) {
            found.push(line);
        }
    }
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, found)?;
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_incoming = folder.ends_with("incoming");
        if is_incoming || UNFINISHED.iter().any(|end| name.ends_with(end)) {
            found.push(path.display().to_string());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unfinished_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/incoming");
        fs::create_dir_all(&inner).unwrap();
        fs::write(folder.path().join("a/journal.sqlite"), "").unwrap();
        check(folder.path()).unwrap();
        fs::write(inner.join("x"), "").unwrap();
        fs::write(folder.path().join("a/y.new"), "").unwrap();
        let error = check(folder.path()).unwrap_err().to_string();
        assert!(
            error.contains("incoming/x") && error.contains("y.new"),
            "{error}"
        );
    }

    #[test]
    fn a_process_of_the_folder_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        // It waits for its input, which ends with this test.
        let mut child = std::process::Command::new("sh")
            .args(["-c", "read x"])
            .arg(&path)
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        // A process that has just begun has no command line for a moment.
        let found = (0..500).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            check(folder.path()).err()
        });
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found.unwrap().to_string().contains("still running"));
        check(folder.path()).unwrap();
    }
}
