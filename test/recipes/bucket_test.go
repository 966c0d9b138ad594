package recipes

import (
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// Two machines keep one history in a bucket, in turn. A server that is gone ends
// the script before anything is taken for deleted.
func TestHistoryIsKeptInABucket(t *testing.T) {
	needs(t, "rclone")
	backend := s3mem.New()
	if err := backend.CreateBucket("acme-history"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.StdLog(log.New(io.Discard, "", 0)))).Server())
	defer server.Close()
	env := []string{
		"RCLONE_CONFIG_BUCKET_TYPE=s3", "RCLONE_CONFIG_BUCKET_PROVIDER=Other", "RCLONE_CONFIG_BUCKET_ENDPOINT=" + server.URL,
		"RCLONE_CONFIG_BUCKET_ACCESS_KEY_ID=key", "RCLONE_CONFIG_BUCKET_SECRET_ACCESS_KEY=secret", "RCLONE_CONFIG_BUCKET_FORCE_PATH_STYLE=true",
		"AWS_CA_BUNDLE=", "RCLONE_RETRIES=1", "RCLONE_LOW_LEVEL_RETRIES=1", "RCLONE_S3_NO_CHECK_BUCKET=true",
	}
	script := recipe(t, "History in a bucket", "sh")[0]
	machine := func() string {
		dir := t.TempDir()
		write(t, dir, map[string]string{
			"data/site.toml":        "title = \"Shop\"\ntime_zone = \"UTC\"\nresolution = \"24h\"\n[sources.files]\nkind = \"csv\"\npath = \"incoming\"\n",
			"data/tribes/shop.toml": "name = \"Shop\"\n[[services]]\nid = \"till\"\nname = \"Till\"\n[[services.slos]]\nid = \"sales\"\ntitle = \"Sales\"\nobjective = \"99%\"\nsource = \"files\"\n",
		})
		must(t, dir, "mkdir incoming")
		return dir
	}
	first, second := machine(), machine()
	write(t, first, map[string]string{"incoming/a.csv": "slo,time,bad,total\nshop/till/sales,2025-01-01T00:00:00Z,1,100\n"})
	must(t, first, script, env...)
	write(t, second, map[string]string{"incoming/b.csv": "slo,time,bad,total\nshop/till/sales,2025-01-02T00:00:00Z,2,100\n"})
	must(t, second, script, env...)
	must(t, first, "rm incoming/*; "+script, env...)
	must(t, first, "diff -r -x '.*' data/history "+second+"/data/history")
	const query = "select slo, time, bad, total from 'data/history/*.parquet' order by all"
	held := duck(t, first, query)
	if n := strings.Count(held, "shop/till/sales"); n != 2 {
		t.Errorf("two machines hold %d rows:\n%s", n, held)
	}

	server.Close()
	if out, status := shell(t, first, script, env...); status == 0 {
		t.Errorf("the script succeeds without a server:\n%s", out)
	}
	if again := duck(t, first, query); again != held {
		t.Errorf("the history was changed to\n%s", again)
	}
}
