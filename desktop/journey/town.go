package main

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// town is the demonstration's server as a process that can be killed and
// started again on the same address.
type town struct {
	program, data string
	url           string
	process       *exec.Cmd

	spent map[string]string // the code that each agent signed in with last
}

func startTown(program, data string) (*town, error) {
	t := &town{program: program, data: data, spent: map[string]string{}}
	return t, t.start("127.0.0.1:0")
}

// start starts the server and waits until it has told its address.
func (t *town) start(listen string) error {
	t.process = exec.Command(t.program, "demo", "--data", t.data, "--listen", listen)
	t.process.Stderr = os.Stderr
	t.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := t.process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := t.process.Start(); err != nil {
		return err
	}
	told := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if f := strings.Fields(lines.Text()); len(f) == 2 && f[0] == "portail" {
				told <- f[1]
			}
		}
		close(told)
	}()
	select {
	case url, ok := <-told:
		if !ok {
			return errors.Join(errors.New("the server ended before it told its address"), t.process.Wait())
		}
		t.url = url
		return nil
	case <-time.After(30 * time.Second):
		t.kill()
		return errors.New("the server does not tell its address")
	}
}

// kill ends the server as a power cut would.
func (t *town) kill() {
	_ = t.process.Process.Kill()
	_ = t.process.Wait()
}

// again starts the server that was killed on the address it had.
func (t *town) again() error { return t.start(strings.TrimPrefix(t.url, "http://")) }

// stop ends the server in order.
func (t *town) stop() {
	_ = t.process.Process.Signal(syscall.SIGTERM)
	_ = t.process.Wait()
}

var mailForm = regexp.MustCompile(`(?s)<article>.*?<h2>(.*?)</h2>.*?<p class="hint">(.*?) · .*?<pre>(.*?)</pre>`)

// mail waits for the newest mail to an address and returns its text, read
// from the demonstration's page as a person would.
func (t *town) mail(to string) (string, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		body, err := get(t.url + "/demo/courriels")
		if err != nil {
			return "", err
		}
		for _, m := range mailForm.FindAllStringSubmatch(body, -1) {
			if strings.Contains(m[2], to) {
				return html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[3], "")), nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return "", fmt.Errorf("no mail came for %s", to)
}

var codeForm = regexp.MustCompile(`\b(\d{4}) (\d{4})\b`)

// code is the eight digits in a mail.
func (t *town) code(to string) (string, error) {
	text, err := t.mail(to)
	if err != nil {
		return "", err
	}
	m := codeForm.FindStringSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("the mail holds no code: %s", text)
	}
	return m[1] + m[2], nil
}

var otpForm = regexp.MustCompile(`"login":"([^"]+)"[^}]*"otp":"(\d{6})"`)

// otp is a code that an agent's telephone shows. One is good for one sign-in: who has
// just used it waits for the next, as the agent would.
func (t *town) otp(login string) (code string, err error) {
	for end := time.Now().Add(35 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if code, err = t.shown(login); err != nil || code != t.spent[login] {
			break
		}
	}
	t.spent[login] = code
	return code, err
}

func (t *town) shown(login string) (string, error) {
	body, err := get(t.url + "/v1/town")
	if err != nil {
		return "", err
	}
	for _, m := range otpForm.FindAllStringSubmatch(body, -1) {
		if m[1] == login {
			return m[2], nil
		}
	}
	return "", fmt.Errorf("the demonstration tells no code of %s", login)
}

func get(url string) (string, error) {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	return string(raw), err
}
