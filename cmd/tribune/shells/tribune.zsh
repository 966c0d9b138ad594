#compdef tribune
# Completion of tribune for zsh: source <(tribune completion zsh), after compinit, or
# put it into a file _tribune in a folder of $fpath.
_tribune() {
	local line value program=${~words[1]}
	local -a known paths
	for line in "${(@f)$("$program" __complete zsh "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
		case $line in
		'') ;;
		:files) paths=(_files) ;;
		:dirs) paths=(_files -/) ;;
		*)
			value=${line%%$'\t'*}
			known+=("${value//:/\\:}:${line#*$'\t'}")
			;;
		esac
	done
	compset -P '--*='
	(( $#known )) && _describe -V tribune known
	(( $#paths )) && $paths
	return 0
}
if [[ $funcstack[1] == _tribune ]]; then
	_tribune "$@" # a file in $fpath
else
	compdef _tribune tribune
fi
