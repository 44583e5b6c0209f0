// Package mail writes the server's mails and brings them to the town's mail
// server. It knows texts and SMTP, and reads what is to be sent through the
// interface Outbox; who is written to and when is decided elsewhere.
//
// A mail is sent at least once. It is first put into the durable outbox, in
// the transaction of what it tells of, so that none is lost. It is taken off
// only after the mail server's answer to its last line, and between that
// answer and the taking off the power may go: then it is sent again. It has
// the same Message-ID and Date each time, by which mail servers and programs
// drop the second.
package mail
