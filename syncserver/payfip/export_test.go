package payfip

// Read is what an envelope says.
func Read(raw []byte) (fields map[string]string, fault bool, err error) {
	a, err := readAnswer(raw)
	return a.fields, a.fault, err
}
