package seal

import (
	"errors"
	"os"
	"path"

	"tribune/generator/scorecard"
)

// Write puts an issued month in its file, in place of the one that is there. A
// reader, or a kill at any moment, finds the old bytes or the new ones.
func Write(site *os.Root, is scorecard.Issued) (name string, err error) {
	content, err := Encode(is)
	if err != nil {
		return "", err
	}
	name = Path(is.Month, is.Tribe)
	if err := site.MkdirAll(path.Dir(name), 0o777); err != nil {
		return "", err
	}
	temp := path.Join(path.Dir(name), "."+path.Base(name)+".new")
	f, err := site.Create(temp)
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = site.Rename(temp, name)
	}
	if err != nil {
		return "", errors.Join(err, site.Remove(temp))
	}
	dir, err := site.Open(path.Dir(name))
	if err != nil {
		return "", err
	}
	return name, errors.Join(dir.Sync(), dir.Close()) // the rename lasts through a loss of power
}
