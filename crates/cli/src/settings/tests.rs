//! Tests of the settings: what wins over what, and what is refused.

use std::io::Write as _;

use super::*;

fn load(file: &str, environment: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Result<Settings, String> {
    let mut written = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    written.write_all(file.as_bytes()).unwrap();
    let sources = Sources {
        file: Some(written.path()),
        environment: environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        flags: flags.iter().map(|(n, v)| (*n, (*v).to_owned())).collect(),
    };
    Settings::load(&sources)
        .map_err(|error| format!("{error:#}").replace(&written.path().display().to_string(), "FILE"))
}

#[test]
fn the_documented_defaults_are_the_built_in_ones() {
    let documented = include_str!("../../../../config/default.toml");
    assert_eq!(toml::from_str::<Settings>(documented).unwrap(), Settings::default());
    let keys = documented.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')).count();
    let all = keys_of(Config::try_from(&Settings::default()).unwrap().collect().unwrap());
    assert_eq!(keys, all.len(), "every key stands there once: {all:?}");
}

#[test]
fn the_files_for_development_and_tests_are_good() {
    for file in ["development", "test"] {
        let path = format!("{}/../../config/{file}.toml", env!("CARGO_MANIFEST_DIR"));
        Settings::load(&Sources { file: Some(Path::new(&path)), ..Sources::default() }).unwrap();
    }
}

#[test]
fn flags_win_over_the_environment_over_the_file_over_the_defaults() {
    let file = "[data]\ndir = \"file\"\n[log]\nreaders = 2\n[server]\nlisten = \"127.0.0.1:1\"\n";
    let environment = [("SERVANDA_DATA__DIR", "environment"), ("SERVANDA_LOG__READERS", "3")];
    let settings = load(file, &environment, &[("data.dir", "flag")]).unwrap();
    assert_eq!(settings.data.dir, Path::new("flag"));
    assert_eq!(settings.log.readers, 3);
    assert_eq!(settings.server.listen.port(), 1);
    assert_eq!(settings.traces, TraceSettings::default());
}

#[test]
fn an_unknown_key_is_an_error_with_its_place_and_a_suggestion() {
    assert_eq!(
        load("[server]\nlistn = \"127.0.0.1:1\"\n", &[], &[]).unwrap_err(),
        "there is no setting `server.listn` (in FILE); did you mean `server.listen`?"
    );
    assert_eq!(
        load("[colour]\n", &[], &[]).unwrap_err(),
        "there is no setting `colour` (in FILE); `servanda config print` shows all there are"
    );
    assert_eq!(
        load("", &[("SERVANDA_DIR", "x")], &[]).unwrap_err(),
        "there is no setting `dir` (in the variable SERVANDA_DIR of the environment); \
         did you mean `SERVANDA_DATA__DIR`?"
    );
}

#[test]
fn a_value_that_does_not_fit_is_an_error_that_names_it() {
    for (file, word) in [
        ("[server]\nlisten = \"here\"\n", "server.listen"),
        ("[log]\nreaders = \"many\"\n", "log.readers"),
        ("[log]\nreaders = 0\n", "log.readers"),
        ("[data]\nledger = \"Two Words\"\n", "data.ledger"),
        ("[traces]\nformat = \"loud\"\n", "traces.format"),
        ("[server\n", "FILE"),
    ] {
        let error = load(file, &[], &[]).unwrap_err();
        assert!(error.contains(word), "{file}: {error}");
    }
}

#[test]
fn what_is_shown_reads_back_and_secrets_are_masked() {
    let settings = Settings::default();
    assert_eq!(toml::from_str::<Settings>(&settings.shown().unwrap()).unwrap(), settings);
    let mut table: toml::Table = "a = 'x'\n[bus]\ntoken = 'abc'\nstore_password = ''\n".parse().unwrap();
    mask(&mut table);
    assert_eq!(table.to_string(), "a = \"x\"\n\n[bus]\nstore_password = \"\"\ntoken = \"********\"\n");
}
