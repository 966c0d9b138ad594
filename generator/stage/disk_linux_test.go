package stage

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fillDisk runs in a child that has its own mounts. It prints what the test
// below compares.
func fillDisk(dir string) {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		fmt.Println("no mount:", err)
		return
	}
	out := filepath.Join(dir, "public")
	if err := buildEdition(out, 1); err != nil {
		fmt.Println("edition 1:", err)
	}
	s, err := Open(context.Background(), out, Options{})
	if err != nil {
		fmt.Println("open:", err)
		return
	}
	defer s.Abort()
	for i := 0; err == nil && i < 100; i++ {
		err = s.Write(fmt.Sprintf("%d.html", i), make([]byte, 100_000))
	}
	fmt.Println("write:", err)
	fmt.Println("commit:", s.Commit(origin))
	index, err := os.ReadFile(filepath.Join(out, "index.html"))
	fmt.Printf("page: %s %v\n", index, err)
	fmt.Println("edition 2:", buildEdition(out, 2))

	mount := filepath.Join(dir, "mounted")
	if err := os.Mkdir(mount, 0o777); err != nil {
		fmt.Println(err)
	}
	if err := syscall.Mount("tmpfs", mount, "tmpfs", 0, "size=1m"); err != nil {
		fmt.Println("no second mount:", err)
	}
	fmt.Println("mount point:", buildEdition(mount, 1))
}

func TestAFullDiskOrAMountPointLeavesTheSiteAsItWas(t *testing.T) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), fillIn+"="+t.TempDir())
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	b, err := child.CombinedOutput()
	said := string(b)
	if err != nil || strings.Contains(said, "no mount") {
		const why = "this system lets no user mount a small disk to fill (user namespaces are off)"
		if os.Getenv("CI") != "" {
			t.Fatalf("%s: %v %s", why, err, said)
		}
		t.Skipf("%s: %v %s", why, err, said)
	}
	for _, want := range []string{
		".html: no space left on device\n",
		"public is as it was\n",
		"page: edition 1 <nil>\n",
		"edition 2: <nil>\n",
		"it is as it was\n\thint: if it is a mount point, name a folder inside it with --out\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the child says\n%s\nwant %q in it", said, want)
		}
	}
}
