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
    for tool in isokit_man::tools() {
        let name = tool.get_name().to_owned();
        let written = std::fs::read_to_string(folder.join(format!("{name}.in")))?;
        std::fs::write(folder.join(format!("{name}.1")), isokit_man::page(tool, &written)?)?;
    }
    let schema = |name| std::fs::read_to_string(folder.join(format!("../doc/json/{name}.json")));
    let schemas = isokit_man::json::SCHEMAS.map(schema).into_iter().collect::<Result<Vec<_>, _>>()?;
    let written = std::fs::read_to_string(folder.join("isokit-json.in"))?;
    std::fs::write(folder.join("isokit-json.5"), isokit_man::json::page(&written, &schemas)?)?;
    Ok(())
}
