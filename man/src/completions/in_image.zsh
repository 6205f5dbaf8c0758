# Completes the name of something in the image on the line.
_TOOL_in_image() {
    emulate -L zsh
    local current=${(Q)PREFIX} image= want= ends= word directory= name
    local -a options names files directories
    for word in "${(@Q)words[2,CURRENT-1]}"; do
        if [[ -n $want ]]; then
            [[ $want == kept ]] && options+=("$word")
            want=
            continue
        fi
        case $ends$word in
            (KEPT) options+=("$word"); want=kept ;;
            (KEPT_EQUALS) options+=("$word") ;;
            (SKIPPED) want=skipped ;;
            (--) ends=/ ;;
            (-?*) ;;
            (*) image=${image:-$word} ;;
        esac
    done
    [[ $image == '~/'* ]] && image=$HOME/${image[3,-1]}
    [[ -f $image && -r $image ]] || return 1
    [[ $current == */* ]] && directory=${current%/*}/
    names=("${(@ps:\0:)$(isols -1a0 --slash --literal $options -- $image ${directory:-/} 2>/dev/null)}")
    for name in "${(@)names}"; do
        if [[ -z $name || $name == *[[:cntrl:]]* ]]; then
            continue
        elif [[ $name == */ ]]; then
            directories+=("$directory$name")
        else
            files+=("$directory$name")
        fi
    done
    compadd -S '' -- "${(@)directories}"
    compadd -- "${(@)files}"
}
