# Divides the line up to the cursor into words, as the shell would, but expands nothing.
_TOOL_words() {
    local line=${COMP_LINE:0:COMP_POINT} quote='' word='' any='' c next i
    words=()
    for ((i = 0; i < ${#line}; i++)); do
        c=${line:i:1} next=${line:i+1:1}
        case $quote$c in
            \\) word+=$next any=1 i=$((i + 1)) ;;
            \"\\)
                case $next in
                    [\"\\\$\`]) word+=$next i=$((i + 1)) ;;
                    *) word+=$c ;;
                esac ;;
            \' | \") quote=$c any=1 ;;
            \'\' | \"\") quote='' ;;
            [[:blank:]]) [[ $any ]] && words+=("$word"); word='' any='' ;;
            \; | \| | \& | \() words=() word='' any='' ;;
            *) word+=$c any=1 ;;
        esac
    done
    current=$word
}

# Completes the name of something in the image on the line; fails when none is wanted.
_TOOL_in_image() {
    local -a words=() options=()
    local current='' image='' want='' ends='' word directory='' raw prefix name
    _TOOL_words
    for word in "${words[@]:1}"; do
        if [[ $want ]]; then
            [[ $want == kept ]] && options+=("$word")
            want=''
            continue
        fi
        case $ends$word in
            KEPT) options+=("$word") want=kept ;;
            KEPT_EQUALS) options+=("$word") ;;
            SKIPPED) want=skipped ;;
            --) ends=/ ;;
            -?*) ;;
            *) image=${image:-$word} ;;
        esac
    done
    [[ $want || -z $image || ( -z $ends && $current == -* ) ]] && return 1
    [[ $image == '~/'* ]] && image=$HOME/${image:2}
    [[ -f $image && -r $image ]] || return 1
    [[ $current == */* ]] && directory=${current%/*}/
    # Readline completes only what follows the last : or =.
    raw=${2//\\/}
    raw=${raw#[\"\']}
    prefix=${current%"$raw"}
    COMPREPLY=()
    # Readline does not quote every name that the shell would expand: those are not offered.
    while IFS= read -r -d '' name; do
        name=$directory$name
        [[ $name == *[[:cntrl:]\`\$\!\"\\]* || $name != "$current"* ]] || COMPREPLY+=("${name#"$prefix"}")
    done < <(isols -1a0 --slash --literal "${options[@]}" -- "$image" "${directory:-/}" 2>/dev/null)
    compopt -o filenames +o default +o bashdefault
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
    return 0
}

_TOOL_or_in_image() {
    _TOOL_in_image "$@" || _TOOL "$@"
}

complete -F _TOOL_or_in_image -o bashdefault -o default TOOL
