// Package s3server holds tests of publishing to a bucket of Versity's gateway, an S3
// server that shares no code with the one that the tests of package publish run. It is
// a module of its own, since the gateway needs about a hundred others.
package s3server
