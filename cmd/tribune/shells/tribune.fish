# Completion of tribune for fish: tribune completion fish | source
function __tribune_complete
	set -l words (commandline -opc)
	set -l cur (commandline -ct)
	test -n "$cur"; or set cur ''
	set -l before (string match -r '^--[^=]*=' -- $cur)
	set -l path (string replace -r '^--[^=]*=' '' -- $cur)
	for line in ($words[1] __complete fish $words[2..] "$cur" 2>/dev/null)
		switch $line
			case :files
				printf "$before%s\n" (__fish_complete_path "$path")
			case :dirs
				printf "$before%s\n" (__fish_complete_directories "$path" '')
			case '*'
				printf '%s\n' $line
		end
	end
end
complete -c tribune -f -a '(__tribune_complete)'
