# shellcheck shell=bash
# Completion of tribune for bash: source <(tribune completion bash)
_tribune() {
	local line cur=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]}
	program=${program/#\~/$HOME}
	if [ "$cur" = "=" ]; then cur=; fi # bash parts --flag=value in three
	COMPREPLY=()
	while IFS= read -r line; do
		case $line in
		:files | :dirs)
			local kind=-f path
			if [ "$line" = :dirs ]; then kind=-d; fi
			compopt -o filenames 2>/dev/null
			while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$kind" -- "$cur")
			;;
		*) COMPREPLY+=("${line%%$'\t'*}") ;;
		esac
	done < <("$program" __complete bash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _tribune tribune
