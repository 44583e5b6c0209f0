package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 keeps files in a bucket, which any number of processes share.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string
}

// Place is a bucket as the settings name it: s3://host/bucket, with a prefix
// of the names where there is one, and s3+http:// without TLS.
type Place struct {
	Host, Bucket, Prefix string
	Plain                bool
}

// ParsePlace reads the address of a bucket.
func ParsePlace(s string) (Place, error) {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "s3" && u.Scheme != "s3+http") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return Place{}, errors.New("not the address of a bucket")
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if bucket == "" {
		return Place{}, errors.New("names no bucket")
	}
	if prefix != "" {
		prefix += "/"
	}
	return Place{u.Host, bucket, prefix, u.Scheme == "s3+http"}, nil
}

// OpenS3 makes a store of a bucket that exists.
func OpenS3(p Place, region, key, secret string) (*S3, error) {
	client, err := minio.New(p.Host, &minio.Options{
		Creds: credentials.NewStaticV4(key, secret, ""), Secure: !p.Plain, Region: region,
	})
	if err != nil {
		return nil, err
	}
	return &S3{client, p.Bucket, p.Prefix}, nil
}

// Put implements Store.
func (s *S3) Put(ctx context.Context, name string, data []byte) error {
	if !ours.MatchString(name) {
		return errName
	}
	_, err := s.client.PutObject(ctx, s.bucket, s.prefix+name, bytes.NewReader(data), int64(len(data)),
		minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true})
	return err
}

// Open implements Store.
func (s *S3) Open(ctx context.Context, name string, from int64) (io.ReadCloser, error) {
	if !ours.MatchString(name) {
		return nil, errName
	}
	o := minio.GetObjectOptions{}
	if from > 0 {
		if err := o.SetRange(from, 0); err != nil {
			return nil, err
		}
	}
	object, err := s.client.GetObject(ctx, s.bucket, s.prefix+name, o)
	if err != nil {
		return nil, missing(err)
	}
	// Nothing is asked before the first byte is read: ask for it here.
	first := make([]byte, 1)
	n, err := object.Read(first)
	if err != nil && err != io.EOF {
		return nil, errors.Join(missing(err), object.Close())
	}
	return &opened{io.MultiReader(bytes.NewReader(first[:n]), object), object}, nil
}

type opened struct {
	io.Reader
	io.Closer
}

// missing gives the error of what is not there its name.
func missing(err error) error {
	switch code := minio.ToErrorResponse(err).Code; code {
	case "NoSuchKey":
		return ErrNotFound
	case "InvalidRange": // an offset at the end
		return io.EOF
	}
	return err
}

// List implements Store.
func (s *S3) List(ctx context.Context, folder string) ([]string, error) {
	if !ours.MatchString(folder) {
		return nil, errName
	}
	var out []string
	for o := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix + folder + "/", Recursive: true}) {
		if o.Err != nil {
			return nil, o.Err
		}
		if name := strings.TrimPrefix(o.Key, s.prefix); ours.MatchString(name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, name string) error {
	if !ours.MatchString(name) {
		return errName
	}
	return s.client.RemoveObject(ctx, s.bucket, s.prefix+name, minio.RemoveObjectOptions{})
}

// Check implements Store.
func (s *S3) Check(ctx context.Context) error {
	there, err := s.client.BucketExists(ctx, s.bucket)
	if err == nil && !there {
		err = fmt.Errorf("files: there is no bucket %s", s.bucket)
	}
	return err
}
