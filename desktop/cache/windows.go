package cache

import "runtime"

// onWindows tells the system whose numbers of errors, and whose refusal to
// sync a folder, are its own.
const onWindows = runtime.GOOS == "windows"
