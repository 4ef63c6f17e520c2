//! `embed import DIR CALIBRATION OUT` imports a model; `embed inspect FILE` tells what
//! a model file is; `embed run FILE TEXTS OUT` embeds a file's lines and writes what
//! the accuracy script compares: token ids as JSON, sums as int32.
#![allow(clippy::print_stdout)]

use std::{error::Error, fs, path::Path, time::Instant};

use models::{
    bert::Size,
    hugging_face::{Directory, tokenizer},
    model::{Model, Options},
    pack, program,
};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["import", directory, text, out] => import(directory, text, out),
        ["inspect", file] => inspect(file),
        ["run", file, texts, out] => run(file, texts, out),
        _ => Err("usage: embed import DIR CALIBRATION OUT | inspect FILE | run FILE TEXTS OUT".into()),
    }
}

fn import(directory: &str, text: &str, out: &str) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(text)?;
    let calibration: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let sizes = [32, 64, 128, 256].map(|rows| Size {
        rows,
        sentences: rows / 4,
    });
    let options = Options {
        name: "all-MiniLM-L6-v2",
        calibration: &calibration,
        sizes: &sizes,
    };
    let start = Instant::now();
    let model = Model::import(&Directory::open(Path::new(directory))?, &options)?;
    model.write(Path::new(out))?;
    println!("imported in {:.1} s", start.elapsed().as_secs_f64());
    println!("{:#?}", model.details);
    Ok(())
}

fn inspect(file: &str) -> Result<(), Box<dyn Error>> {
    let model = Model::read(Path::new(file))?;
    println!("{:#?}", model.details);
    println!("{} weights, {} bytes", model.weight_count(), model.weight_bytes());
    for program in &model.programs {
        let header = program.header()?;
        println!(
            "program {}: {:?}, {} operations, {} ops",
            header.hash(),
            Model::size(program),
            header.operations,
            header.cost,
        );
    }
    Ok(())
}

fn run(file: &str, texts: &str, out: &str) -> Result<(), Box<dyn Error>> {
    let model = Model::read(Path::new(file))?;
    let text = fs::read_to_string(texts)?;
    let texts: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let longest = usize::try_from(model.details.longest)?;
    let ids = pack::tokenise(&tokenizer(&model.tokenizer_json, Some(longest))?, &texts)?;
    let largest = model.programs.last().ok_or("no program")?;
    let size = Model::size(largest).ok_or("no size")?;
    let start = Instant::now();
    let mut sums = vec![Vec::new(); texts.len()];
    let tasks = pack::pack(&ids, size, model.details.longest)?;
    for task in &tasks {
        let outputs = program::run(largest, &task.slots, &|root| model.weight(root))?;
        let result = outputs.last().and_then(|out| out.first()).ok_or("no result")?;
        let rows = result.bytes.chunks_exact(4 * model.details.width);
        for (row, &sentence) in rows.zip(&task.sentences) {
            sums[sentence] = row.to_vec();
        }
    }
    let tokens: usize = ids.iter().map(Vec::len).sum();
    println!(
        "{} texts, {tokens} tokens, {} tasks, {:.1} s",
        texts.len(),
        tasks.len(),
        start.elapsed().as_secs_f64()
    );
    fs::write(format!("{out}.ids.json"), serde_json::to_vec(&ids)?)?;
    fs::write(format!("{out}.i32"), sums.concat())?;
    Ok(())
}
