# What the repository can do; "make" alone builds the command into bin/tribune.

STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME    = 30s

build: assets                  # the command, with everything that pages need inside
	go build -o bin/tribune ./cmd/tribune

.PHONY: build site test check bench soak serve golden fuzz assets browser servers shells recipes gitlab

site: assets                   # the example organisation's site, into public/
	go run ./cmd/tribune build

serve: assets                  # the same on http://127.0.0.1:8080, built again when a file changes
	go run ./cmd/tribune serve

test: assets browser servers shells recipes   # everything: pages in a browser and pulls from real servers too
	go vet ./...
	go test ./...
	cd test/promserver && go vet ./... && go test -count=1 ./...
	cd test/recipes && go vet ./... && go test -count=1 ./...
	cd test/s3server && go vet ./... && go test -count=1 ./...
	cd test/browser && go vet ./... && go test -count=1 ./...

check: assets                  # formatting, vet, staticcheck, who imports whom, what the example's people wrote
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt would change:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...
	cd test/browser && go vet ./... && $(STATICCHECK) ./...
	cd test/promserver && go vet ./... && $(STATICCHECK) ./...
	cd test/recipes && go vet ./... && $(STATICCHECK) ./...
	cd test/s3server && go vet ./... && $(STATICCHECK) ./...
	go test ./generator
	go run ./cmd/tribune check

golden:                        # write the expected files of tests anew; then look at the diff
	go test $$(grep -rl 'flag.Bool("update"' --include='*_test.go' cmd generator | xargs -n1 dirname | sort -u | sed 's|^|./|') -update

fuzz:                          # each fuzz target for FUZZTIME
	@grep -ro '^func Fuzz[A-Za-z0-9]*' --include='*_test.go' cmd generator | sed 's|\(.*\)/[^/]*:func |./\1 |' | sort | while read -r dir target; do \
		echo "$$target in $$dir"; go test "$$dir" -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x || exit 1; done

soak: servers                  # tests that repeat what is rare, ten times as long
	TRIBUNE_SOAK=1 go test -count=1 -timeout 2h ./generator/... ./test/bench
	cd test/promserver && TRIBUNE_SOAK=1 go test -count=1 -timeout 2h ./...
	cd test/s3server && TRIBUNE_SOAK=1 go test -count=1 -timeout 2h ./...

bench:                         # tribune against a floor, Hugo and DuckDB: the tables of docs/performance.md
	go run ./test/bench

assets: templates/dist/echarts.js   # ECharts and MiniSearch, downloaded with npm and bundled by our own program

templates/dist/echarts.js: templates/assets/node_modules/.package-lock.json $(wildcard templates/assets/src/*.*js cmd/assets/*.go)
	go run ./cmd/assets

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	cd $* && npm ci --ignore-scripts --no-fund --no-audit
	@touch $@

browser: test/browser/node_modules/.package-lock.json   # what the browser tests need: Chromium and Java
	@test/need chromium java

servers:                       # what the tests of pulls need: Prometheus and VictoriaMetrics
	@test/need prometheus victoria-metrics

shells:                        # what the tests of completion need: zsh and fish, beside bash
	@test/need zsh fish

recipes: test/recipes/node_modules/.package-lock.json   # what the tests of docs/recipes.md need: rclone, and DuckDB for node
	@test/need rclone

gitlab: test/deploy/node_modules/.package-lock.json     # deploy/gitlab-ci.yml against GitLab's schema
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && cp deploy/gitlab-ci.yml "$$dir/.gitlab-ci.yml" && cd "$$dir" && \
	git init --quiet --initial-branch=main && git remote add origin https://gitlab.example/acme/reliability.git && \
	$(CURDIR)/test/deploy/node_modules/.bin/gitlab-ci-local --list-all
