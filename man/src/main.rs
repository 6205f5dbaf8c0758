//! `isokit-man pages FOLDER`: renders `FOLDER/TOOL.1` from the tools' tables and `FOLDER/TOOL.in`, and
//! `FOLDER/isokit-json.5` from the schemas in `FOLDER/../doc/json` and `FOLDER/isokit-json.in`.
//! `isokit-man completions FOLDER`: writes shell completions.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (what, folder) = match &arguments[..] {
        [what, folder] => (what.as_str(), Path::new(folder)),
        _ => return Err("usage: isokit-man pages|completions FOLDER".into()),
    };
    std::fs::create_dir_all(folder)?;
    if what == "completions" {
        return Ok(isokit_man::completions::write(folder)?);
    }
    for (name, page) in isokit_man::pages(folder)? {
        std::fs::write(folder.join(name), page)?;
    }
    Ok(())
}
