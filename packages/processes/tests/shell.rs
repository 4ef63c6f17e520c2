//! With real programs: the shell's.

use std::{path::Path, time::Duration};

use processes::{Launch, Process, ProcessError, Processes, until};
use tempfile::TempDir;

const SHELL: &str = "/bin/sh";
const LIMIT: Duration = Duration::from_secs(60);

fn shell(name: &str, script: &str, folder: &TempDir) -> Launch {
    Launch::new(name, Path::new(SHELL), &["-c", script], folder.path())
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Whether there is such a process; one that nobody has waited for yet counts.
fn is_there(id: u32) -> bool {
    Path::new(&format!("/proc/{id}")).exists()
}

#[tokio::test]
async fn a_line_says_that_it_is_ready_and_what_follows_is_in_the_log() {
    let folder = folder();
    let launch = shell(
        "echo",
        "echo ready; echo more; echo bad >&2; exec sleep 60",
        &folder,
    );
    let (mut process, line) = Process::start_and_read(launch).await.unwrap();
    assert_eq!(line, "ready\n");
    until("the log has it", LIMIT, async || {
        let tail = process.tail();
        let has_both = tail.contains("more") && tail.contains("bad");
        Ok::<_, ProcessError>(has_both.then_some(()))
    })
    .await
    .unwrap();
    process.check().unwrap();
}

#[tokio::test]
async fn one_that_ends_too_early_is_told_with_its_log() {
    let folder = folder();
    let launch = shell("weak", "echo 'no disk' >&2; exit 7", &folder);
    let error = Process::start_and_read(launch).await.err().unwrap();
    let text = error.to_string();
    assert!(
        text.starts_with("weak has ended (exit status: 7)"),
        "{text}"
    );
    assert!(text.ends_with("weak.log:\nno disk"), "{text}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let folder = folder();
    let launch = Launch::new("none", Path::new("/no/such"), &[], folder.path());
    let error = Process::start(launch).err().unwrap();
    assert!(error.to_string().starts_with("/no/such: "), "{error}");
}

/// Waits until the log says that it has begun as often.
async fn begun(all: &mut Processes, times: usize) {
    until("it has begun", LIMIT, async || {
        let begun = all.named("sleeper")?.tail().matches("begun").count();
        Ok::<_, ProcessError>((begun == times).then_some(()))
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn killed_is_down_on_purpose_and_comes_back_with_its_log() {
    let folder = folder();
    let mut all = Processes::new(folder.path()).unwrap();
    let script = ["-c", "echo begun; exec sleep 60"];
    all.start("sleeper", Path::new(SHELL), &script).unwrap();
    let (_, first) = all.list().pop().unwrap();
    begun(&mut all, 1).await;
    all.kill("sleeper").await.unwrap();
    assert!(!is_there(first) && all.list().is_empty());
    all.check().unwrap();
    all.kill("sleeper").await.unwrap();
    all.restart("sleeper").await.unwrap();
    let (_, second) = all.list().pop().unwrap();
    assert!(is_there(second) && first != second);
    begun(&mut all, 2).await;
    let error = all.kill("nobody").await.unwrap_err().to_string();
    assert_eq!(error, "there is no process \"nobody\"; there are sleeper");
}

#[tokio::test]
async fn one_that_ends_by_itself_is_noticed_and_can_be_started_again() {
    let folder = folder();
    let mut all = Processes::new(folder.path()).unwrap();
    all.start("short", Path::new(SHELL), &["-c", "exit 3"])
        .unwrap();
    let error = until("it has ended", LIMIT, async || {
        Ok::<_, ProcessError>(all.check().err())
    })
    .await
    .unwrap();
    assert!(matches!(error, ProcessError::Ended { .. }), "{error}");
    all.restart("short").await.unwrap();
}

#[tokio::test]
async fn asked_to_end_it_may_tidy_up() {
    let folder = folder();
    let script = "trap 'echo tidy; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
    let (mut process, _) = Process::start_and_read(shell("tidy", script, &folder))
        .await
        .unwrap();
    let id = process.id().unwrap();
    assert!(process.stop().await);
    assert!(!is_there(id));
    until("the log has it", LIMIT, async || {
        Ok::<_, ProcessError>(process.tail().contains("tidy").then_some(()))
    })
    .await
    .unwrap();
    process.check().unwrap();
}

#[tokio::test]
async fn whatever_is_dropped_is_killed() {
    let folder = folder();
    for own_groups in [false, true] {
        let mut all = Processes::new(folder.path()).unwrap();
        if own_groups {
            all = all.in_own_groups();
        }
        all.start("one", Path::new("/bin/sleep"), &["60"]).unwrap();
        all.start("two", Path::new("/bin/sleep"), &["60"]).unwrap();
        let ids: Vec<_> = all.list().into_iter().map(|(_, id)| id).collect();
        assert_eq!(ids.len(), 2);
        drop(all);
        until("both are gone", LIMIT, async || {
            Ok::<_, ProcessError>((!ids.iter().any(|id| is_there(*id))).then_some(()))
        })
        .await
        .unwrap();
    }
}
