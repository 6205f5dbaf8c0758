//! The package in a bare Debian system: installed, used and removed, with nothing left over.

use super::folder;
use crate::Outcome;
use crate::run::{TOOLS, bash, complain, installed, required};
use std::path::Path;

/// What the tools (`TOOLS`) have to do there, and what is then printed.
const USE: &str = r#"set -e
cd /tmp; mkdir tree; echo hello > tree/a
isomk -q -o x.iso -V BARE tree
[ "$(isols x.iso)" = a ]
[ "$(isocat x.iso /a)" = hello ]
imgsum x.iso > sums; imgsum -c --quiet sums
imgconv --to zst x.iso | imgconv | cmp - x.iso
for tool in TOOLS; do
  $tool --version
  test -s /usr/share/man/man1/$tool.1.gz
  test -s /usr/share/bash-completion/completions/$tool
  test -s /usr/share/zsh/vendor-completions/_$tool
  test -s /usr/share/fish/vendor_completions.d/$tool.fish
done
test -s /usr/share/man/man5/isokit-json.5.gz; test -s /usr/share/man/man7/isokit.7.gz
test -s /usr/share/doc/isokit/copyright; test -s /usr/share/doc/isokit/json/isols-entry.json
rm -r tree x.iso sums"#;

/// Installs `package` into Debian as debootstrap makes it, runs [`USE`], purges it, and compares the file lists. The
/// bare system is kept for the next time.
pub(super) fn run(package: &Path) -> Outcome {
    if let Some(why) = missing() {
        if required() {
            return Err(why.into());
        }
        complain(&format!("SKIPPED: the package is not tried: {why}"));
        return Ok(());
    }
    // What dpkg itself writes down of every run is no part of the package.
    let script = format!(
        r#". /etc/os-release
        bare=bare-$VERSION_CODENAME
        if [ ! -f $bare.tar ]; then
          mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
          rm -rf bare; debootstrap --variant=minbase "$VERSION_CODENAME" bare "${{mirror:-http://deb.debian.org/debian/}}" >/dev/null
          tar --one-file-system -C bare -cf $bare.part .; mv $bare.part $bare.tar
        fi
        rm -rf bare; mkdir bare; tar -C bare -xf $bare.tar
        list() {{ (cd bare && find . -path ./proc -prune -o -path ./var/log -prune -o -path './var/lib/dpkg/*-old' -prune \
            -o -path './var/lib/dpkg/lock*' -prune -o -path './var/lib/dpkg/triggers/*' -prune -o -print | sort) > "$1"; }}
        list before
        cp {package} bare/root/package.deb
        chroot bare dpkg -i /root/package.deb
        rm bare/root/package.deb
        chroot bare bash -c '{USE}'
        chroot bare dpkg --purge isokit
        list after
        diff before after || {{ echo "these files are left over, or gone" >&2; exit 1; }}
        rm -rf bare before after; echo installed, used and purged: nothing is left over"#,
        package = package.display(),
        USE = USE.replace("TOOLS", &TOOLS.join(" ")).replace('\'', "'\\''"),
    );
    bash(&script, &folder())
}

/// What keeps this machine from making a bare system.
fn missing() -> Option<&'static str> {
    let root = std::fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    match (root, installed("debootstrap")) {
        (false, _) => Some("not root"),
        (true, false) => Some("debootstrap is not installed (cargo xtask peers)"),
        (true, true) => None,
    }
}
