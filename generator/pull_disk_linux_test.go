package generator

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPulledOntoAFullDisk is run by TestAFullDiskKeepsWhatIsStored in a process
// that has its own mounts. It writes the files of its disk to a folder.
func TestPulledOntoAFullDisk(t *testing.T) {
	dir := os.Getenv("TRIBUNE_FULL_DIR")
	if dir == "" {
		t.Skip("run by TestAFullDiskKeepsWhatIsStored")
	}
	disk := filepath.Join(dir, "data/history")
	sized := func(flags uintptr, size string) {
		if err := syscall.Mount("tmpfs", disk, "tmpfs", flags, "size="+size); err != nil {
			fmt.Println("no mount:", err)
			t.FailNow()
		}
	}
	if err := os.MkdirAll(disk, 0o777); err != nil {
		t.Fatal(err)
	}
	heldPoints = 1500 // so that it writes often
	sized(0, os.Getenv("TRIBUNE_FULL_SIZE"))
	cfg := config(dir, &counting{url: os.Getenv("TRIBUNE_FULL_URL")})
	r := mustPull(t, cfg, syscall.ENOSPC)
	said := map[string]int{}
	for _, o := range r.Sources[0].SLOs {
		said[o.ID] = o.Stored
	}
	full := 0
	for id, n := range said {
		got := stored(t, dir, id) // whole files only, and no more than was said to be
		if full += len(got); len(got) < n {
			t.Errorf("%s: %d buckets are stored, said were %d", id, len(got), n)
		}
	}
	fmt.Printf("full with %d buckets\n", full)
	if r := mustPull(t, cfg, syscall.ENOSPC); len(r.Problems) > 0 {
		t.Errorf("%v", r.Problems)
	}

	sized(syscall.MS_REMOUNT, "16m")
	mustPull(t, cfg, nil)
	for name, text := range files(t, dir) {
		put(t, dir, "found/"+name, text)
	}
}

// A disk that is full ends a pull with an error. What was stored is whole and
// stays, what is said to be stored is, and once there is room again the next pull
// completes it, byte for byte.
func TestAFullDiskKeepsWhatIsStored(t *testing.T) {
	c := serveCounting(t, "a", "b", "c", "d", "e", "f")
	c.oldest = moment("2026-07-15T00")
	whole := countingSite(t, c, true)
	mustPull(t, config(whole, c), nil)
	want, bytes := files(t, whole), 0
	for _, text := range want {
		bytes += (len(text) + 4095) / 4096 * 4096
	}
	for _, share := range []int{3, 6, 9} { // tenths of the room that is needed
		dir := countingSite(t, c, true)
		size := fmt.Sprint(bytes * share / 10)
		said, err := inOwnMounts(t, "TestPulledOntoAFullDisk",
			"TRIBUNE_FULL_DIR="+dir, "TRIBUNE_FULL_URL="+c.url, "TRIBUNE_FULL_SIZE="+size)
		if errors.Is(err, errNoMounts) {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
		if err != nil || !strings.Contains(said, "full with ") {
			t.Fatalf("%s bytes: %v\n%s", size, err, said)
		}
		t.Logf("%s of %d bytes: %s", size, bytes, strings.SplitN(said, "\n", 2)[0])
		got := map[string]string{}
		for name := range want {
			got[name] = read(t, dir, "found/"+name)
		}
		sameFiles(t, size+" bytes", got, want)
	}
}

var errNoMounts = errors.New("this system lets no user mount a small disk to fill (user namespaces are off)")

// inOwnMounts runs a test of this package in a process that may mount what nobody
// else sees, and returns what it prints.
func inOwnMounts(t *testing.T, name string, environment ...string) (said string, err error) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^"+name+"$")
	child.Env = append(os.Environ(), environment...)
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := child.CombinedOutput()
	_, ended := errors.AsType[*exec.ExitError](err)
	if err != nil && !ended || strings.Contains(string(out), "no mount: ") {
		return "", fmt.Errorf("%w: %v %s", errNoMounts, err, out)
	}
	return string(out), err
}
